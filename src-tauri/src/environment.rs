//! What the web view reads from the environment, set before anything runs.

/// WebKitGTK's DMABUF renderer shows an empty window on some graphics drivers.
const DMABUF: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

/// Call first thing in `main`.
#[allow(unsafe_code)]
pub(crate) fn prepare() {
    if std::env::var_os(DMABUF).is_none() {
        // SAFETY: the program has a single thread: nobody reads the environment meanwhile.
        unsafe { std::env::set_var(DMABUF, "1") };
    }
}
