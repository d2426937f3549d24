//! What can be watched of a mailbox: how much is said and heard, how much is parked, how much fell due.

use std::sync::LazyLock;

use opentelemetry::{
    KeyValue, global,
    metrics::{Counter, Gauge, Histogram},
};

pub(crate) static METRICS: LazyLock<Metrics> = LazyLock::new(Metrics::new);

pub(crate) struct Metrics {
    published: Counter<u64>,
    pass: Histogram<f64>,
    batch: Histogram<u64>,
    parked: Counter<u64>,
    open: Gauge<u64>,
    answered: Counter<u64>,
    left_out: Counter<u64>,
    miscounted: Counter<u64>,
    fired: Counter<u64>,
    lives: Gauge<u64>,
    replaced: Counter<u64>,
}

impl Metrics {
    fn new() -> Self {
        let meter = global::meter("wutong.mailbox");
        Self {
            published: meter.u64_counter("mailbox.relay.published").with_unit("{message}").build(),
            pass: meter.f64_histogram("mailbox.relay.pass.duration").with_unit("s").build(),
            batch: meter.u64_histogram("mailbox.consumer.batch.size").with_unit("{message}").build(),
            parked: meter.u64_counter("mailbox.parked").with_unit("{message}").build(),
            open: meter.u64_gauge("mailbox.parked.open").with_unit("{message}").build(),
            answered: meter.u64_counter("mailbox.parked.answered").with_unit("{message}").build(),
            left_out: meter.u64_counter("mailbox.parked.left_out").with_unit("{message}").build(),
            miscounted: meter.u64_counter("mailbox.heard.miscounted").with_unit("{message}").build(),
            fired: meter.u64_counter("mailbox.timers.fired").with_unit("{timer}").build(),
            lives: meter.u64_gauge("mailbox.client.lives").build(),
            replaced: meter.u64_counter("mailbox.client.replaced").with_unit("{client}").build(),
        }
    }

    /// A pass of the relay said so many messages in so many seconds.
    pub(crate) fn published(&self, messages: u64, seconds: f64) {
        self.published.add(messages, &[]);
        self.pass.record(seconds, &[]);
    }

    /// A batch was heard.
    pub(crate) fn heard(&self, messages: usize) {
        self.batch.record(messages as u64, &[]);
    }

    /// A message was parked.
    pub(crate) fn parked(&self, topic: &str, code: &'static str) {
        let of = [KeyValue::new("messaging.destination.name", topic.to_owned()), KeyValue::new("code", code)];
        self.parked.add(1, &of);
    }

    /// A sender was told that his message was set aside, or what became of it.
    pub(crate) fn answered(&self, topic: &str, code: &'static str) {
        let of = [KeyValue::new("messaging.destination.name", topic.to_owned()), KeyValue::new("code", code)];
        self.answered.add(1, &of);
    }

    /// A sender was told so much in this minute that this one is told with others.
    pub(crate) fn left_out(&self, topic: &str) {
        self.left_out.add(1, &[KeyValue::new("messaging.destination.name", topic.to_owned())]);
    }

    /// A sender's count had a gap or a repeat.
    pub(crate) fn miscounted(&self, topic: &str, code: String) {
        let of = [KeyValue::new("messaging.destination.name", topic.to_owned()), KeyValue::new("code", code)];
        self.miscounted.add(1, &of);
    }

    /// So many parked messages wait for somebody.
    pub(crate) fn open(&self, messages: i64) {
        self.open.record(u64::try_from(messages).unwrap_or(0), &[]);
    }

    /// A client of the bus is proved to live, or is not.
    pub(crate) fn lives(&self, client: &'static str, lives: bool) {
        self.lives.record(u64::from(lives), &[KeyValue::new("client", client)]);
    }

    /// A client of the bus was deaf or mute, and a fresh one takes its place.
    pub(crate) fn replaced(&self, client: &'static str) {
        self.replaced.add(1, &[KeyValue::new("client", client)]);
    }

    /// So many timers ended.
    pub(crate) fn fired(&self, timers: usize) {
        self.fired.add(timers as u64, &[]);
    }
}
