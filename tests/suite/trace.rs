//! One trace joins the HTTP request, each hop over Kafka and each department.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Result, ensure};
use opentelemetry_proto::tonic::{
    collector::{
        logs::v1::{
            ExportLogsServiceRequest, ExportLogsServiceResponse,
            logs_service_server::{LogsService, LogsServiceServer},
        },
        metrics::v1::{
            ExportMetricsServiceRequest, ExportMetricsServiceResponse,
            metrics_service_server::{MetricsService, MetricsServiceServer},
        },
        trace::v1::{
            ExportTraceServiceRequest, ExportTraceServiceResponse,
            trace_service_server::{TraceService, TraceServiceServer},
        },
    },
    common::v1::any_value::Value,
    resource::v1::Resource,
};
use prost::Message;
use tokio::net::TcpListener;
use tonic::{Request, Response, Status, transport::server::TcpIncoming};

use crate::support::Town;

crate::tests! {
    Automatic: one_trace_joins_the_request_and_every_department;
}

async fn one_trace_joins_the_request_and_every_department(town: &Town) -> Result<()> {
    town.spans.forget();
    town.submit("intake-1").await?;
    town.suite.drain().await?;
    let expected: BTreeSet<String> = [
        "intake",
        "market-registration",
        "department-msa",
        "department-psb",
        "department-tax",
        "department-bnk",
        "department-hrs",
        "department-mib",
        "department-hpf",
        "department-ctr",
    ]
    .map(str::to_owned)
    .into();
    let whole = town.spans.wait_for(|traces| traces.values().any(|services| services.is_superset(&expected))).await;
    ensure!(whole, "no trace joins all: {:?}", town.spans.traces());
    Ok(())
}

/// Trace id -> services that took part.
type Traces = BTreeMap<Vec<u8>, BTreeSet<String>>;

/// What one process sent at once.
#[derive(Clone)]
pub struct Sent {
    /// `spans`, `measurements` or `lines`.
    pub signal: &'static str,
    /// Such as `intake-2`.
    pub process: String,
    /// As it came: names, attributes, events, values.
    pub wire: Vec<u8>,
}

/// A collector inside the test.
#[derive(Clone)]
pub struct Spans {
    port: u16,
    collector: Collector,
}

impl Spans {
    /// Begins to collect.
    pub async fn collect() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let spans = Self { port: listener.local_addr()?.port(), collector: Collector::default() };
        let server = tonic::transport::Server::builder()
            .add_service(TraceServiceServer::new(spans.collector.clone()))
            .add_service(MetricsServiceServer::new(spans.collector.clone()))
            .add_service(LogsServiceServer::new(spans.collector.clone()));
        tokio::spawn(server.serve_with_incoming(TcpIncoming::from(listener)));
        Ok(spans)
    }

    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn traces(&self) -> Traces {
        self.collector.traces.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn forget(&self) {
        self.collector.traces.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// From now on everything that is sent is kept, anew.
    pub fn keep(&self) {
        *self.collector.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(Vec::new());
    }

    /// What was kept; nothing more is kept.
    pub fn take(&self) -> Vec<Sent> {
        self.collector.kept.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default()
    }

    /// How often each process has sent this signal since [`Spans::keep`].
    pub fn counted(&self, signal: &str) -> BTreeMap<String, usize> {
        let kept = self.collector.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let mut counted = BTreeMap::new();
        for sent in kept.iter().flatten().filter(|sent| sent.signal == signal) {
            *counted.entry(sent.process.clone()).or_default() += 1;
        }
        counted
    }

    async fn wait_for(&self, seen: impl Fn(&Traces) -> bool) -> bool {
        self.wait_until(|| seen(&self.traces())).await
    }

    /// All is sent in batches: looks again until it is there, or half a minute has passed.
    pub async fn wait_until(&self, seen: impl Fn() -> bool) -> bool {
        for _ in 0..300 {
            if seen() {
                return true;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        false
    }
}

#[derive(Clone, Default)]
struct Collector {
    traces: Arc<Mutex<Traces>>,
    kept: Arc<Mutex<Option<Vec<Sent>>>>,
}

impl Collector {
    fn keep<'a>(&self, signal: &'static str, of: impl Iterator<Item = Option<&'a Resource>>, request: &impl Message) {
        if let Some(kept) = &mut *self.kept.lock().unwrap_or_else(PoisonError::into_inner) {
            let process = of.flatten().map(|resource| told(Some(resource), "service.instance.id")).next();
            kept.push(Sent { signal, process: process.unwrap_or_default(), wire: request.encode_to_vec() });
        }
    }
}

/// An attribute of whoever sends; empty where it is not told.
fn told(of: Option<&Resource>, name: &str) -> String {
    let attribute = of.into_iter().flat_map(|resource| &resource.attributes).find(|a| a.key == name);
    match attribute.and_then(|a| a.value.as_ref()).and_then(|v| v.value.as_ref()) {
        Some(Value::StringValue(text)) => text.clone(),
        _ => String::new(),
    }
}

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let request = request.into_inner();
        self.keep("spans", request.resource_spans.iter().map(|of| of.resource.as_ref()), &request);
        let mut traces = self.traces.lock().unwrap_or_else(PoisonError::into_inner);
        for of_resource in request.resource_spans {
            let service = told(of_resource.resource.as_ref(), "service.name");
            for span in of_resource.scope_spans.into_iter().flat_map(|scope| scope.spans) {
                traces.entry(span.trace_id).or_default().insert(service.clone());
            }
        }
        Ok(Response::new(ExportTraceServiceResponse { partial_success: None }))
    }
}

#[tonic::async_trait]
impl MetricsService for Collector {
    async fn export(
        &self,
        request: Request<ExportMetricsServiceRequest>,
    ) -> Result<Response<ExportMetricsServiceResponse>, Status> {
        let request = request.into_inner();
        self.keep("measurements", request.resource_metrics.iter().map(|of| of.resource.as_ref()), &request);
        Ok(Response::new(ExportMetricsServiceResponse { partial_success: None }))
    }
}

#[tonic::async_trait]
impl LogsService for Collector {
    async fn export(
        &self,
        request: Request<ExportLogsServiceRequest>,
    ) -> Result<Response<ExportLogsServiceResponse>, Status> {
        let request = request.into_inner();
        self.keep("lines", request.resource_logs.iter().map(|of| of.resource.as_ref()), &request);
        Ok(Response::new(ExportLogsServiceResponse { partial_success: None }))
    }
}
