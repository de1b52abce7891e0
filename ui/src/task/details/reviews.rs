//! What was said of a task's outcomes, newest first.

use aegis_domain::Review;
use aegis_protocol::TaskView;
use leptos::prelude::*;

use crate::components::badge::Badge;
use crate::components::state_badge::Tone;
use crate::components::time::Moment;
use crate::messages::t;

/// The reviews.
#[component]
pub(super) fn Reviews(reviews: Vec<Review>) -> impl IntoView {
    (!reviews.is_empty()).then(|| {
        view! {
            <section data-testid="reviews">
                <h3>{t().task.details.reviews}</h3>
                <ul>{reviews.into_iter().map(draw).collect_view()}</ul>
            </section>
        }
    })
}

/// What was said of every occurrence that is known here.
pub(super) fn newest_first(shown: &TaskView) -> Vec<Review> {
    let mut reviews: Vec<Review> =
        shown.occurrences.iter().flat_map(|occurrence| occurrence.reviews.clone()).collect();
    reviews.sort_by_key(|review| std::cmp::Reverse(review.at));
    reviews
}

fn draw(review: Review) -> impl IntoView {
    let words = &t().task.review;
    let (verdict, tone) = match review.passed {
        true => (words.passed, Tone::Done),
        false => (words.sent_back, Tone::Person),
    };
    view! {
        <li class="review">
            <p class="review-line">
                <span class=format!("review-verdict tone-text {}", tone.class())>{verdict}</span>
                {review.score.map(|score| view! { <Badge text=(words.score_of)(score) /> })}
                <span class="review-by one-line" dir="auto">{(words.by)(&review.by, review.kind)}</span>
                <Moment at=review.at />
            </p>
            {(!review.feedback.is_empty())
                .then(|| view! { <p class="review-words selectable" dir="auto">{review.feedback}</p> })}
        </li>
    }
}
