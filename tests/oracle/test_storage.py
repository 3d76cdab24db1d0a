"""Memory, devices, conversions and memory formats, compared with PyTorch."""

from __future__ import annotations

import re

import pytest

from .expressions import refused, same

SAME = """
c.reshape(1,2).as_strided((2,),(1,))
c.unfold(0,2,1)
c.index_put((I([0,0]),),c,True)
c.masked_scatter(I([True,False]),c[1:])
c.put(I([0]),c[1:])
m.diagflat(c)
c.scatter_reduce(0,I([0,0]),c,'prod')
c.repeat(2).unfold(0,2,2).sum_to_size(2,1)
c.reshape(2,1).expand(2,3).t()
c.tensor_split(2)
m.cat([c,c]).view(2,2).mT
c.flip(0).roll(1)
c.index_fill(0,I([0]),1j)
c.fill_(2j)
v.fill_(True)
L.fill_(2.7)
L[0].fill_(I(3.9))
M.resolve_conj() is M
copy.deepcopy(m.zeros(2,3,4,5).contiguous(memory_format=m.channels_last)).stride()
pickle.loads(pickle.dumps(m.strided)) is m.strided
m.zeros(3,1).T.contiguous().stride()
m.zeros(2,1,3).stride()
M.__reversed__()
sorted(['T']) == ['T'] and 'unfold' in dir(M)
m.detach(M).tolist()
m.fill(M,3)
m.zero_(M)
m.fill_(M,2)
m.detach_(M*1).tolist()
M.new_zeros(2,device='cpu',layout=m.strided,pin_memory=False)
M.new_tensor([1,2],device=m.device('cpu'))
m.arange(3,device=m.device('cpu:0')).device
m.full((2,),3.,layout=m.strided,device='cpu')
m.eye(2,layout=m.strided,device='cpu')
M.to('cpu:0').device
M.expand(2,2,3).is_contiguous()
m.zeros(2,3).expand(2,3).stride()
m.zeros(3).expand(2,3).stride()
m.zeros(3,1).expand(3,4).contiguous().stride()
m.zeros(3,1).expand(3,4).clone().stride()
m.squeeze(m.zeros(2,1)).storage_offset()
x[1:,1].storage_offset()
x.unfold(1,2,1).stride()
x.diagonal().stride()
x.transpose(0,2).unsqueeze(1).stride()
x[:,None].stride()
x[1,1,1].storage_offset()
x.as_strided((2,),(5,)).stride()
m.zeros(4)[::2].clone().stride()
m.zeros(4)[::2].contiguous().storage_offset()
m.ones(3).bool().view(m.uint8)
m.ones(3).bfloat16().view(m.int16)
I([1,2,3,4],dtype=m.uint8).view(m.int32)
x.numpy().strides
M.t().numpy().flags.c_contiguous
np.asarray(M.t()).strides
np.add(M.numpy(),1).sum()
M.__array__().dtype
M.__array__(np.float64).dtype
np.stack([M,M]).shape
np.mean(M.numpy())
pickle.loads(pickle.dumps(M.t())).stride()
m.fill(M,3).stride()
M.stride(0)
M.stride(-1)
M.stride(dim=0)
s.stride()
m.zeros(2,0,3).stride()
M.t().stride()
M[1].storage_offset()
M[:,1].storage_offset()
M[1].detach().storage_offset()
M[1].clone().storage_offset()
M.t().storage_offset()
M.is_contiguous()
M.t().is_contiguous()
M.to('cpu') is M
M.to(m.device('cpu')) is M
M.to(m.float64)
M.to(m.float32,copy=True) is M
M.to(L).dtype
M.to(L,copy=True).dtype
M.to(dtype=m.float32,copy=True) is M
M.to('cpu',m.int64)
M.to('cpu',m.int64,True,True)
M.to(m.int64,True,True)
M.to(device='cpu',dtype=m.int64)
M.to(None)
M.to()
M.to(float).dtype
M.to(int).dtype
M.to(bool).dtype
M.to(complex).dtype
M.type()
M.type(m.int64)
M.type(L.type())
c.type()
M.type_as(L)
M.float() is M
M.double(memory_format=m.preserve_format)
M.cpu() is M
M.is_cuda
M.is_cpu
M.get_device()
m.get_device(M)
M.is_pinned()
M.is_shared()
M.share_memory_().is_shared()
M.is_sparse
M.is_meta
M.layout
M.device
str(M.device)
M.device.type
M.device.index
M.device == m.device('cpu')
M.device == 'cpu'
m.device('cpu:1')
m.device('cuda:1').index
m.device('cpu',0)
m.device(m.device('cpu:0'))
hash(m.device('cpu'))==hash(m.device('cpu'))
m.zeros(2,device='cpu:0')
m.tensor([1.],device=m.device('cpu'))
m.zeros(2,dtype=float).dtype
m.zeros(2,dtype=complex).dtype
m.tensor([1],dtype=float).dtype
m.zeros(2,layout=m.strided)
M.is_set_to(M[:])
M.is_set_to(M.view(m.int32))
M.is_set_to(M.clone())
M.dim_order()
M.t().dim_order()
M.storage().size()
M[1].storage().tolist()
M.untyped_storage().nbytes()
M.untyped_storage().tolist()[:8]
M.untyped_storage().data_ptr()==M[1].untyped_storage().data_ptr()
M.untyped_storage().data_ptr()==M.clone().untyped_storage().data_ptr()
M.detach()[1].untyped_storage().data_ptr()==M.untyped_storage().data_ptr()
M.data_ptr()==M[0].data_ptr()
M[1].data_ptr()-M.data_ptr()
m.zeros(0).data_ptr()
m.is_storage(M.untyped_storage())
M.resize_(2,2)
M.resize_(1)
M.resize_((3,2))
M.resize_(6)
M.t().resize_(2,2)
M[1].resize_(2)
M.resize_(8)[:6]
M.resize_as_(v[:4])
v.set_(M)
v.set_()
v.set_(M.untyped_storage(),1,(2,2),(1,2))
v.set_(M.storage())
v.set_(M,1,(2,),(2,))
v.apply_(lambda a:a*2)
v.map_(v,lambda a,c:a+c)
v.map_(s,lambda a,c:a+c)
L.apply_(lambda a:a/2)
m.zeros(2,3,4,5).contiguous(memory_format=m.channels_last).stride()
m.zeros(2,3,4,5).clone(memory_format=m.channels_last).stride()
m.zeros(2,3,4,5).clone(memory_format=m.contiguous_format).stride()
m.zeros(2,3,4,5).permute(3,1,0,2).clone().stride()
m.zeros(2,3,4,5).permute(3,1,0,2).contiguous().stride()
m.zeros(2,3,4,5).permute(3,1,0,2).double().stride()
m.zeros(2,3,4,5).to(memory_format=m.channels_last).is_contiguous(memory_format=m.channels_last)
m.zeros(2,3,4,5).double(memory_format=m.channels_last).stride()
m.zeros(2,3,4,5).cpu(memory_format=m.channels_last).stride()
m.zeros(2,3,4,5).is_contiguous(memory_format=m.preserve_format)
m.zeros(2,3,4,5).contiguous(memory_format=m.preserve_format)
m.zeros(2,3,4,5,6).contiguous(memory_format=m.channels_last_3d).stride()
m.zeros(2,1,4,5).is_contiguous(memory_format=m.channels_last)
m.zeros_like(m.zeros(2,3,4,5),memory_format=m.channels_last).stride()
m.empty(2,3,4,5,memory_format=m.channels_last).stride()
m.zeros_like(m.zeros(2,3,4,5).transpose(1,2)).stride()
m.zeros_like(m.zeros(2,3,4,5).transpose(1,2),memory_format=m.contiguous_format).stride()
m.from_numpy(np.arange(6).reshape(2,3).T).stride()
m.channels_last
m.strided
m.contiguous_format
m.preserve_format
c.to(m.float32)
M.as_strided((2,2),(1,1)).is_contiguous()
"""

# What is refused, and a part of our text.
REFUSED = [
    ("c.fill_diagonal_(1j)", "dimensions must larger than 1"),
    ("v.fill_(2j)", "without overflow"),
    ("M.detach_()", "Can't detach views in-place"),
    ("M.stride(5)", "expected to be in range of"),
    ("M.to(m.float64,m.float32)", ": argument 'non_blocking' must be bool, not dtype: got"),
    ("M.to('cpu',L)", ": argument 'dtype' must be a dtype such as seedgrad.float32,"),
    ("M.to(m.float64,'cpu')", ": argument 'non_blocking' must be bool, not str: got"),
    ("M.to('cuda')", "the only device is 'cpu', got 'cuda': tensors live on the CP"),
    ("M.to('foo')", "Expected one of cpu, cuda, ipu, xpu, mkldnn, opengl, opencl,"),
    ("M.to(3)", "names an accelerator, and none is available: use 'cpu'"),
    ("M.to(x=1)", "got an unexpected keyword argument 'x'"),
    ("M.type('foo')", "invalid type: 'foo'; give a dtype such as seedgrad.float32"),
    ("M.type_as(3)", ": argument 2 must be a Tensor, not int. Make one with seedgr"),
    ("M.cuda()", "seedgrad computes on the CPU: there is no cuda"),
    ("M.pin_memory()", "Cannot access accelerator device when none is available: pin"),
    ("m.device('foo')", "Expected one of cpu, cuda, ipu, xpu, mkldnn, opengl, opencl,"),
    ("m.device('cpu:x')", "Invalid device string: 'cpu:x': after the colon stands a num"),
    ("m.device('cpu',-1)", "Device index must not be negative, got -1"),
    ("m.device('cpu:0',0)", ": the index was given twice, in 'cpu:0' and as 0"),
    ("m.device(1.5)", ": argument 'type' must be a string such as 'cpu', not float"),
    ("m.zeros(2,device='cuda')", "the only device is 'cpu', got 'cuda': tensors live on the CP"),
    ("m.zeros(2,device='foo')", "Expected one of cpu, cuda, ipu, xpu, mkldnn, opengl, opencl,"),
    ("m.zeros(2,device=1.5)", "argument 'device' must be a device such as 'cpu', not float"),
    ("m.zeros(2,device=0)", "names an accelerator, and none is available: use 'cpu'"),
    ("m.zeros(2,pin_memory=True)", "pin_memory=True requires an accelerator, and tensors live on"),
    ("m.zeros(2,layout=3)", "argument 'layout' must be seedgrad.strided, the only layout"),
    ("M.resize_(2,-1)", "resize_: Dimension size must be non-negative, got the sizes"),
    ("M.resize_(2.5)", ": argument 'size' must be a tuple of ints, not float"),
    ("M.requires_grad_().resize_(2)", "cannot resize variables that require grad: use x.detach"),
    ("v.set_(L)", "Could not set tensor of type seedgrad.int64 to a tensor of t"),
    ("v.set_(3)", ": argument 'source' must be a Tensor or a storage, not int"),
    ("v.requires_grad_().set_(M)", "a leaf Variable that requires grad is being used in an in-pl"),
    ("v.map_(M,lambda a,c:a+c)", "must be greater or equal to the number of dimensions in the"),
    ("v.requires_grad_().apply_(lambda a:a)", "on Variable that requires grad. Use var.detach"),
    ("v.map_(L[0],lambda a,c:a)", ": all tensors must have one type, got seedgrad.float32 and s"),
    ("x.contiguous(memory_format=m.channels_last)", "required rank 4 tensor to use channels_last format, got the"),
    ("M.clone(memory_format=m.channels_last)", "required rank 4 tensor to use channels_last format, got the"),
    ("m.zeros(2,3,4,5).contiguous(memory_format=3)", "memory_format must be one of seedgrad's, such as seedgrad.ch"),
    (
        "m.zeros(2,3,4,5).contiguous(memory_format=m.channels_last_3d)",
        "required rank 5 tensor to use channels_last_3d format, got t",
    ),
    ("m.empty(2,3,4,memory_format=m.channels_last)", "required rank 4 tensor to use channels_last format, got the"),
    ("m.from_numpy(np.arange(3)[::-1])", "At least one stride in the given numpy array is negative, an"),
    ("M.resize_(2,2,memory_format=m.preserve_format)", "preserve memory format is unsupported here: name the order o"),
]


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning")
@pytest.mark.parametrize("text", SAME.strip().splitlines())
def test_same_as_pytorch(text: str) -> None:
    same(text)


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning")
@pytest.mark.parametrize(("text", "part"), REFUSED)
def test_refused_as_in_pytorch(text: str, part: str) -> None:
    refused(text, re.escape(part))
