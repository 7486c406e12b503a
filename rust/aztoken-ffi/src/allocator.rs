//! Overwrites every piece of memory that the library gives back.
//!
//! Secrets live in zeroizing types, but on their way they pass through buffers of others (HTTP, TLS, JSON) that are freed
//! as they are. Doing it here covers all of them, growing buffers included.

use std::alloc::{GlobalAlloc, Layout, System};
use std::mem::MaybeUninit;

use zeroize::Zeroize;

struct Zeroing;

#[global_allocator]
static ALLOCATOR: Zeroing = Zeroing;

// SAFETY: all memory comes from and goes to the system allocator with the layouts that the caller gave. `dealloc` writes
// only within the block that is being given back, and `realloc` is the trait's own: allocate, copy, `dealloc`.
unsafe impl GlobalAlloc for Zeroing {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise about `layout` is the system allocator's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the block is `layout.size()` bytes long and nobody uses it any more. It may be uninitialized, which
        // writing doesn't mind: `MaybeUninit` bytes are overwritten, never read.
        unsafe {
            let bytes = std::slice::from_raw_parts_mut(block.cast::<MaybeUninit<u8>>(), layout.size());
            // Words of the same memory, which `align_to_mut` finds; any bytes are a `MaybeUninit` word.
            // Each write is volatile, so none is merged with its neighbour: words at once are eight times as fast.
            let (head, words, tail) = bytes.align_to_mut::<MaybeUninit<u64>>();
            head.zeroize();
            words.zeroize();
            tail.zeroize();
            System.dealloc(block, layout);
        }
    }
}
