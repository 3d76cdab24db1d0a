"""`seedgrad gradcheck`: are the derivatives of a user's own ops, Functions, modules and functions right?"""
