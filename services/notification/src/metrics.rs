//! What can be watched of the courier: what the provider answers, and how long it takes.

use std::{sync::LazyLock, time::Duration};

use opentelemetry::{
    KeyValue, global,
    metrics::{Counter, Histogram},
};

use crate::domain::delivery::Answer;

pub(crate) static METRICS: LazyLock<Metrics> = LazyLock::new(Metrics::new);

pub(crate) struct Metrics {
    answers: Counter<u64>,
    duration: Histogram<f64>,
}

impl Metrics {
    fn new() -> Self {
        let meter = global::meter("wutong.notification");
        Self {
            answers: meter.u64_counter("notification.sms.answers").with_unit("{answer}").build(),
            duration: meter.f64_histogram("notification.sms.duration").with_unit("s").build(),
        }
    }

    /// The provider was asked or offered a message, and it took so long.
    pub(crate) fn answered(&self, answer: &Answer, took: Duration) {
        let (answer, reason) = match answer {
            Answer::Has { .. } => ("has", ""),
            Answer::HasNot(reason) => ("has_not", *reason),
            Answer::Refused(reason) => ("refused", *reason),
            Answer::Unknown => ("unknown", ""),
        };
        self.answers.add(1, &[KeyValue::new("answer", answer), KeyValue::new("reason", reason)]);
        self.duration.record(took.as_secs_f64(), &[]);
    }
}
