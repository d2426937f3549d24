//! Traces, metrics and logs. Without a collector's address nothing is sent, but trace ids are still made, written to
//! outbox rows and passed on, so that one id joins a request, its messages and every log line.

mod export;
mod line;
mod noise;

use opentelemetry::{propagation::TextMapCompositePropagator, trace::TracerProvider as _};
use opentelemetry_sdk::{
    Resource,
    logs::SdkLoggerProvider,
    metrics::SdkMeterProvider,
    propagation::{BaggagePropagator, TraceContextPropagator},
    trace::{Sampler, SdkTracerProvider},
};
use tracing::{Metadata, level_filters::LevelFilter};
use tracing_subscriber::{
    Layer as _,
    filter::{FilterFn, filter_fn},
    layer::SubscriberExt as _,
    registry::LookupSpan,
    util::SubscriberInitExt as _,
};

pub use mailbox::trace::{continue_from, current_trace_id, current_traceparent, link_to};

use self::line::Line;
use crate::settings::sections;

/// Who is speaking, in every line, span and measurement.
#[derive(Clone, Debug)]
pub struct Speaker {
    /// The service, such as `department-tax`.
    pub service: String,
    /// The process, such as `intake-2`.
    pub process: String,
}

/// Telemetry that runs. [`Telemetry::shutdown`] sends what is still held.
#[derive(Debug)]
pub struct Telemetry {
    tracer: SdkTracerProvider,
    meter: Option<SdkMeterProvider>,
    logger: Option<SdkLoggerProvider>,
}

/// Telemetry did not start.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    #[error("telemetry.otlp_endpoint cannot be used")]
    Exporter(#[from] opentelemetry_otlp::ExporterBuildError),
    #[error("telemetry was started twice in one process")]
    Twice(#[from] tracing_subscriber::util::TryInitError),
}

/// Starts telemetry for the whole process. To be called inside the runtime that will send.
///
/// # Errors
/// An endpoint that is no address, and a second start in one process.
pub fn start(settings: &sections::Telemetry, speaker: &Speaker) -> Result<Telemetry, TelemetryError> {
    let resource = resource(speaker);
    let sampler = Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(settings.sample_ratio)));
    let tracer = SdkTracerProvider::builder().with_sampler(sampler).with_resource(resource.clone());
    let (tracer, meter, logger) = match settings.otlp_endpoint.as_str() {
        "" => (tracer.build(), None, None),
        endpoint => (
            export::spans(tracer, endpoint)?,
            Some(export::metrics(resource.clone(), endpoint, settings.metrics_every())?),
            Some(export::logs(resource, endpoint)?),
        ),
    };
    opentelemetry::global::set_text_map_propagator(TextMapCompositePropagator::new(vec![
        Box::new(TraceContextPropagator::new()),
        Box::new(BaggagePropagator::new()),
    ]));
    if let Some(meter) = &meter {
        opentelemetry::global::set_meter_provider(meter.clone());
    }
    let wanted = noise::lines(&settings.log_filter);
    let lines = tracing_subscriber::fmt::layer()
        .event_format(Line::new(settings.log_format, &speaker.process))
        .with_ansi(false)
        .with_writer(std::io::stderr)
        .with_filter(wanted.clone());
    let sent_lines = logger.as_ref().map(|logger| {
        opentelemetry_appender_tracing::layer::OpenTelemetryTracingBridge::new(logger)
            .with_filter(noise::without(wanted))
    });
    tracing_subscriber::registry().with(lines).with(spans_layer(&tracer)).with(sent_lines).try_init()?;
    Ok(Telemetry { tracer, meter, logger })
}

impl Telemetry {
    /// Sends what is still held; bounded by the exporters' own time limits.
    ///
    /// The exporters need the runtime's threads while they send, so the waiting is done on a thread of its own: awaited
    /// directly on a single worker, everything held would be lost.
    pub async fn shutdown(self) {
        let waiting = tokio::task::spawn_blocking(move || {
            // An unreachable collector must not turn an orderly end into a failure.
            let _ = self.tracer.shutdown();
            let _ = self.meter.map(|meter| meter.shutdown());
            let _ = self.logger.map(|logger| logger.shutdown());
        });
        let _ = waiting.await;
    }
}

/// Spans of ours, without log lines inside them: those travel by themselves, with the trace id.
fn spans_layer<S>(tracer: &SdkTracerProvider) -> impl tracing_subscriber::Layer<S>
where
    S: tracing::Subscriber + for<'span> LookupSpan<'span>,
{
    tracing_opentelemetry::layer()
        .with_location(false)
        .with_threads(false)
        .with_target(false)
        .with_tracked_inactivity(false)
        .with_tracer(tracer.tracer("wutong"))
        .with_filter(our_spans())
}

fn our_spans() -> FilterFn {
    let wanted =
        |meta: &Metadata<'_>| meta.is_span() && *meta.level() <= tracing::Level::INFO && !noise::is(meta.target());
    filter_fn(wanted as fn(&Metadata<'_>) -> bool).with_max_level_hint(LevelFilter::INFO)
}

fn resource(speaker: &Speaker) -> Resource {
    Resource::builder()
        .with_service_name(speaker.service.clone())
        .with_attribute(opentelemetry::KeyValue::new("service.namespace", "wutong"))
        .with_attribute(opentelemetry::KeyValue::new("service.instance.id", speaker.process.clone()))
        .build()
}

#[cfg(test)]
mod tests;
