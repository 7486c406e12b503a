//! Gives the library its name on Linux: a program that was linked with it finds it by that name, and not by the path that the
//! linker saw.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux") {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,aztoken.so");
    }
}
