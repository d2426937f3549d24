use super::*;
use opentelemetry_sdk::{
    error::OTelSdkResult,
    trace::{SpanData, SpanExporter},
};
use std::{
    sync::{Arc, Mutex},
    time::Instant,
};

#[derive(Clone, Debug, Default)]
struct Kept(Arc<Mutex<Vec<SpanData>>>);

impl SpanExporter for Kept {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.0.lock().unwrap().extend(batch);
        Ok(())
    }
}

const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

fn quiet() -> SdkTracerProvider {
    SdkTracerProvider::builder().with_sampler(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(1.0)))).build()
}

#[test]
fn without_a_collector_a_span_still_has_an_id_to_pass_on() {
    let subscriber = tracing_subscriber::registry().with(spans_layer(&quiet()));
    tracing::subscriber::with_default(subscriber, || {
        let span = tracing::info_span!("request");
        let inside = span.in_scope(|| current_traceparent().unwrap());
        assert!(inside.starts_with("00-") && inside.ends_with("-01"), "{inside}");
        let child = span.in_scope(|| tracing::info_span!("commit").in_scope(|| current_traceparent().unwrap()));
        assert_eq!(inside[..35], child[..35], "one trace");
        assert_ne!(inside[36..52], child[36..52], "two spans");
    });
}

#[test]
fn a_span_continues_what_another_process_began() {
    let subscriber = tracing_subscriber::registry().with(spans_layer(&quiet()));
    tracing::subscriber::with_default(subscriber, || {
        let span = tracing::info_span!("process");
        continue_from(&span, PARENT);
        assert_eq!(span.in_scope(|| current_traceparent().unwrap())[..35], PARENT[..35]);
    });
}

#[test]
fn the_exporters_own_spans_are_not_sent() {
    let sent = Kept::default();
    let provider = SdkTracerProvider::builder().with_simple_exporter(sent.clone()).build();
    let subscriber = tracing_subscriber::registry().with(spans_layer(&provider));
    tracing::subscriber::with_default(subscriber, || {
        tracing::info_span!(target: "h2::client", "frame").in_scope(|| ());
        tracing::info_span!("ours").in_scope(|| tracing::info!("a line travels by itself"));
    });
    let spans = sent.0.lock().unwrap();
    assert_eq!(spans.iter().map(|span| span.name.as_ref()).collect::<Vec<_>>(), ["ours"]);
    assert_eq!(spans[0].events.len(), 0);
}

/// Not a benchmark: a bound that only a change of kind would break (an exporter that is always on, a lock that waits).
#[test]
fn making_ids_that_nobody_collects_costs_microseconds() {
    let subscriber = tracing_subscriber::registry().with(spans_layer(&quiet()));
    let spent = tracing::subscriber::with_default(subscriber, || {
        let begun = Instant::now();
        for _ in 0..2_000 {
            tracing::info_span!("request", method = "POST").in_scope(|| assert!(current_traceparent().is_some()));
        }
        begun.elapsed() / 2_000
    });
    println!("one span with its traceparent: {spent:?}");
    assert!(spent.as_micros() < 500, "{spent:?}");
}
