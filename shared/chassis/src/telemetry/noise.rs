//! What is not worth a line, and what must not be sent: the exporters' own machinery speaks about sending, and every
//! record would cause the next.

use std::str::FromStr as _;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;

const MACHINERY: &[&str] = &["h2", "hyper", "tonic", "tower", "opentelemetry", "reqwest", "rustls"];

/// The web server tells of every thread it starts, the broker's client of a lost broker forty times a second (our own
/// workers tell it once). Whoever wants that names it in the filter.
const CALMED: &str = "actix_server=warn,rdkafka=off";

/// Which lines are wanted; a filter that cannot be read was refused with the settings.
pub(super) fn lines(filter: &str) -> Targets {
    Targets::from_str(&format!("{CALMED},{filter}")).unwrap_or_else(|_| Targets::new().with_default(LevelFilter::INFO))
}

/// True for what the exporters themselves say.
pub(super) fn is(target: &str) -> bool {
    MACHINERY.iter().any(|prefix| target.starts_with(prefix))
}

/// The same filter, without the exporters.
pub(super) fn without(wanted: Targets) -> Targets {
    wanted.with_targets(MACHINERY.iter().map(|prefix| (*prefix, LevelFilter::OFF)))
}
