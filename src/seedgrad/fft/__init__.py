"""Discrete Fourier transforms: `seedgrad.fft`, with the names of `torch.fft`."""

from .frequencies import fftfreq as fftfreq
from .frequencies import fftshift as fftshift
from .frequencies import ifftshift as ifftshift
from .frequencies import rfftfreq as rfftfreq
from .planes import fft2 as fft2
from .planes import hfft2 as hfft2
from .planes import ifft2 as ifft2
from .planes import ihfft2 as ihfft2
from .planes import irfft2 as irfft2
from .planes import rfft2 as rfft2
from .several import fftn as fftn
from .several import hfftn as hfftn
from .several import ifftn as ifftn
from .several import ihfftn as ihfftn
from .several import irfftn as irfftn
from .several import rfftn as rfftn
from .single import fft as fft
from .single import hfft as hfft
from .single import ifft as ifft
from .single import ihfft as ihfft
from .single import irfft as irfft
from .single import rfft as rfft
