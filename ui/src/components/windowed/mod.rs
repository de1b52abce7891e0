//! A list that draws only what is near its visible part, however long it is.

mod layout;

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use leptos::task::{spawn_local, tick};
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement, ResizeObserver, ResizeObserverEntry};

use layout::{Layout, Slice};

/// The attribute that names a row for the observer.
const ROW: &str = "data-row";
/// Within this distance of the end a list counts as scrolled to its end, in px.
const NEAR_END: f64 = 24.0;

/// A scrolling list of `keys`, each drawn by `row`. Rows may differ in height and change it.
#[component]
pub(crate) fn Windowed<K, V>(
    /// The items, from top to bottom; each at most once.
    #[prop(into)]
    keys: Signal<Arc<Vec<K>>>,
    /// Draws one.
    row: impl Fn(K) -> V + Clone + Send + Sync + 'static,
    /// How high a row is about, in px.
    estimate: f64,
    /// The list's name, for screen readers.
    #[prop(into)]
    label: Signal<String>,
    /// Stays at the end while it grows; scrolling up turns it off.
    #[prop(optional)]
    follow: Option<RwSignal<bool>>,
    /// Brings this item into view when it changes.
    #[prop(optional, into)]
    reveal: Option<Signal<Option<K>>>,
    /// Runs when the end comes near.
    #[prop(optional, into)]
    on_end: Option<Callback<()>>,
    /// Drawn below the last item.
    #[prop(optional, into)]
    footer: ViewFn,
    /// The ARIA role of the list.
    #[prop(default = "list")]
    role: &'static str,
) -> impl IntoView
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let view = ListView::<K>::new(estimate, follow);
    Effect::new(move || view.set_keys(keys.get()));
    if let Some(reveal) = reveal {
        Effect::new(move || {
            if let Some(key) = reveal.get() {
                view.reveal(&key);
            }
        });
    }
    if let Some(follow) = follow {
        Effect::new(move || {
            if follow.get() {
                view.scroll_to_end();
            }
        });
    }
    if let Some(on_end) = on_end {
        Effect::new(move || {
            let slice = view.slice.get();
            if slice.items.end > 0 && slice.below == 0.0 {
                on_end.run(());
            }
        });
    }
    view.node.on_load(move |node| view.mounted(&node));

    let row = StoredValue::new(row);
    let drawn = move || {
        let slice = view.slice.get();
        view.layout.with_value(|layout| {
            layout.keys().get(slice.items).map(<[K]>::to_vec).unwrap_or_default()
        })
    };
    view! {
        <div
            class="windowed"
            role=role
            aria-label=move || label.get()
            node_ref=view.node
            on:scroll=move |_| view.scrolled()
        >
            <div style:height=move || format!("{}px", view.slice.get().above)></div>
            <For each=drawn key=Clone::clone let:key>
                <Row view key=key.clone()>{row.with_value(|row| row(key))}</Row>
            </For>
            <div style:height=move || format!("{}px", view.slice.get().below)></div>
            {move || footer.run()}
        </div>
    }
}

/// A row, observed for its height while it is drawn.
#[component]
fn Row<K>(view: ListView<K>, key: K, children: Children) -> impl IntoView
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
{
    let node = NodeRef::<html::Div>::new();
    node.on_load(move |row| view.observe(&row, key.clone()));
    view! {
        <div class="windowed-row" node_ref=node role="presentation">
            {children()}
        </div>
    }
}

/// The list's state, shared by its effects.
struct ListView<K: 'static> {
    node: NodeRef<html::Div>,
    layout: StoredValue<Layout<K>>,
    slice: RwSignal<Slice>,
    follow: Option<RwSignal<bool>>,
    observer: StoredValue<Option<Observer>, LocalStorage>,
    rows: StoredValue<Rows<K>, LocalStorage>,
}

struct Rows<K> {
    next: u32,
    drawn: HashMap<u32, (K, HtmlElement)>,
}

impl<K> Clone for ListView<K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K> Copy for ListView<K> {}

impl<K: Clone + Eq + Hash + Send + Sync + 'static> ListView<K> {
    fn new(estimate: f64, follow: Option<RwSignal<bool>>) -> Self {
        Self {
            node: NodeRef::new(),
            layout: StoredValue::new(Layout::new(estimate)),
            slice: RwSignal::new(Slice::default()),
            follow,
            observer: StoredValue::new_local(None),
            rows: StoredValue::new_local(Rows { next: 0, drawn: HashMap::new() }),
        }
    }

    fn mounted(self, node: &HtmlElement) {
        let observer = Observer::new(move |entries| self.resized(&entries));
        if let Some(observer) = &observer {
            observer.inner.observe(node);
        }
        self.observer.set_value(observer);
        self.refresh(true);
    }

    fn set_keys(self, keys: Arc<Vec<K>>) {
        let scroll = self.scroll();
        let moved = self.layout.try_update_value(|layout| {
            // What is at the top stays there when something comes in above it; a list at its very top shows it.
            let anchor = if scroll > 0.0 { layout.anchor(scroll) } else { None };
            layout.set_keys(keys);
            let (key, below_top) = anchor?;
            layout.span(&key).map(|(top, _)| top + below_top)
        });
        self.refresh(true);
        if self.following() {
            self.scroll_to_end();
        } else if let Some(target) = moved.flatten() {
            self.scroll_by(target - scroll);
        }
    }

    fn observe(self, row: &HtmlElement, key: K) {
        let Some(id) = self.rows.try_update_value(|rows| {
            rows.next += 1;
            rows.drawn.insert(rows.next, (key, row.clone()));
            rows.next
        }) else {
            return;
        };
        let _ = row.set_attribute(ROW, &id.to_string());
        self.observer.with_value(|observer| {
            if let Some(observer) = observer {
                observer.inner.observe(row);
            }
        });
        on_cleanup(move || {
            let row = self.rows.try_update_value(|rows| rows.drawn.remove(&id)).flatten();
            self.observer.try_with_value(|observer| {
                if let (Some(observer), Some((_, row))) = (observer, row) {
                    observer.inner.unobserve(&row);
                }
            });
        });
    }

    fn resized(self, entries: &js_sys::Array) {
        let heights: Vec<(K, f64)> = entries
            .iter()
            .filter_map(|entry| {
                let row: Element = entry.unchecked_into::<ResizeObserverEntry>().target();
                let id: u32 = row.get_attribute(ROW)?.parse().ok()?;
                let key =
                    self.rows.with_value(|rows| rows.drawn.get(&id).map(|(key, _)| key.clone()))?;
                Some((key, row.get_bounding_client_rect().height()))
            })
            .collect();
        let scroll = self.scroll();
        let drawn = self.slice.read_untracked().items.clone();
        let moved = self
            .layout
            .try_update_value(|layout| layout.measure(&heights, &drawn, scroll))
            .unwrap_or(0.0);
        self.refresh(false);
        if self.following() {
            self.scroll_to_end();
        } else {
            self.scroll_by(moved);
        }
    }

    fn scrolled(self) {
        if let Some(follow) = self.follow {
            let at_end = self.node.get_untracked().is_some_and(|node| {
                let below = node.scroll_height() - node.client_height() - node.scroll_top();
                f64::from(below) < NEAR_END
            });
            if follow.get_untracked() != at_end {
                follow.set(at_end);
            }
        }
        self.refresh(false);
    }

    fn reveal(self, key: &K) {
        let Some(node) = self.node.get_untracked() else { return };
        let Some((top, bottom)) = self.layout.with_value(|layout| layout.span(key)) else { return };
        let (scroll, height) = (self.scroll(), f64::from(node.client_height()));
        if top < scroll {
            self.scroll_to(top);
        } else if bottom > scroll + height {
            self.scroll_to((bottom - height).min(top));
        }
    }

    fn scroll_to_end(self) {
        self.once_drawn(|node| node.set_scroll_top(node.scroll_height()));
    }

    fn scroll_to(self, y: f64) {
        self.once_drawn(move |node| node.set_scroll_top(y.round() as i32));
    }

    /// Moves with what is seen. Relative, since the person may have scrolled on meanwhile.
    fn scroll_by(self, delta: f64) {
        if delta.abs() >= 1.0 {
            self.once_drawn(move |node| {
                node.set_scroll_top(node.scroll_top() + delta.round() as i32);
            });
        }
    }

    /// Runs when the new rows and spacers are in the page, still before it is painted: earlier, the browser would
    /// clip the position; later, one would see it jump.
    fn once_drawn(self, scroll: impl FnOnce(&HtmlElement) + 'static) {
        spawn_local(async move {
            tick().await;
            if let Some(node) = self.node.try_get_untracked().flatten() {
                scroll(&node);
            }
        });
    }

    fn scroll(self) -> f64 {
        self.node.get_untracked().map_or(0.0, |node| f64::from(node.scroll_top()))
    }

    fn following(self) -> bool {
        self.follow.is_some_and(|follow| follow.get_untracked())
    }

    /// Draws what is near the visible part. Rows are looked up by index, so a list that changed is drawn again even
    /// where the indices are the same.
    fn refresh(self, changed: bool) {
        let Some(node) = self.node.get_untracked() else { return };
        let viewport = f64::from(node.client_height());
        let scroll = f64::from(node.scroll_top());
        let slice = self.layout.with_value(|layout| layout.slice(scroll, viewport));
        if changed || *self.slice.read_untracked() != slice {
            self.slice.set(slice);
        }
    }
}

/// A browser's observer of sizes, with the function that it calls.
struct Observer {
    inner: ResizeObserver,
    _function: Closure<dyn FnMut(js_sys::Array)>,
}

impl Observer {
    fn new(on_resize: impl FnMut(js_sys::Array) + 'static) -> Option<Self> {
        let function = Closure::<dyn FnMut(js_sys::Array)>::new(on_resize);
        let inner = ResizeObserver::new(function.as_ref().unchecked_ref()).ok()?;
        Some(Self { inner, _function: function })
    }
}

impl Drop for Observer {
    fn drop(&mut self) {
        self.inner.disconnect();
    }
}
