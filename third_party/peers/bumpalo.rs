// The arena of Rust's bumpalo behind the C functions that bench/arena_peers.h declares.
// Compiled by repository.bzl with the machine's rustc.
use bumpalo::Bump;
use std::alloc::Layout;

#[no_mangle]
pub extern "C" fn cex_bumpalo_new(bytes: usize) -> *mut Bump {
    Box::into_raw(Box::new(Bump::with_capacity(bytes)))
}

/// # Safety
/// `bump` is from cex_bumpalo_new and `size` fits an isize.
#[no_mangle]
pub unsafe extern "C" fn cex_bumpalo_alloc(bump: *const Bump, size: usize) -> *mut u8 {
    (*bump)
        .alloc_layout(Layout::from_size_align_unchecked(size, 16))
        .as_ptr()
}

/// # Safety
/// `bump` is from cex_bumpalo_new; its blocks are not used any more.
#[no_mangle]
pub unsafe extern "C" fn cex_bumpalo_reset(bump: *mut Bump) {
    (*bump).reset();
}

/// # Safety
/// `bump` is from cex_bumpalo_new and not used any more.
#[no_mangle]
pub unsafe extern "C" fn cex_bumpalo_delete(bump: *mut Bump) {
    drop(Box::from_raw(bump));
}
