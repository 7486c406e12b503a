//! One function per grant, named like it.

pub mod device_code;
