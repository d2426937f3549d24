//! Access rules, straight through librdkafka: its Rust client has no call for them. The only unsafe code of the suite.
//!
//! Ownership, once for the whole file: every pointer that a `_new` function or a poll returns is wrapped at once in
//! [`Owned`], which destroys it exactly once; results inside an event are read while the event is alive and never kept.

#![expect(unsafe_code, reason = "librdkafka's admin calls for access rules have no safe wrapper")]

use std::{
    collections::BTreeSet,
    ffi::{CStr, CString, c_char, c_int},
    ptr,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use rdkafka::{
    ClientConfig,
    bindings::{
        rd_kafka_AclBinding_destroy, rd_kafka_AclBinding_host, rd_kafka_AclBinding_name, rd_kafka_AclBinding_new,
        rd_kafka_AclBinding_operation, rd_kafka_AclBinding_permission_type, rd_kafka_AclBinding_principal,
        rd_kafka_AclBinding_resource_pattern_type, rd_kafka_AclBinding_restype, rd_kafka_AclBinding_t,
        rd_kafka_AclBindingFilter_new, rd_kafka_AclOperation_t as Op, rd_kafka_AclPermissionType_t as Permission,
        rd_kafka_CreateAcls, rd_kafka_CreateAcls_result_acls, rd_kafka_DeleteAcls,
        rd_kafka_DeleteAcls_result_response_error, rd_kafka_DeleteAcls_result_responses, rd_kafka_DescribeAcls,
        rd_kafka_DescribeAcls_result_acls, rd_kafka_ResourcePatternType_t as Pattern,
        rd_kafka_ResourceType_t as ResourceType, rd_kafka_acl_result_error, rd_kafka_error_string, rd_kafka_error_t,
        rd_kafka_event_CreateAcls_result, rd_kafka_event_DeleteAcls_result, rd_kafka_event_DescribeAcls_result,
        rd_kafka_event_destroy, rd_kafka_event_error, rd_kafka_event_error_string, rd_kafka_event_t,
        rd_kafka_queue_destroy, rd_kafka_queue_new, rd_kafka_queue_poll, rd_kafka_queue_t, rd_kafka_t,
    },
    producer::{BaseProducer, Producer},
    types::RDKafkaRespErr,
};

use super::rules::{Operation, Resource, Rule};

const PATIENCE: Duration = Duration::from_secs(20);
const PATIENCE_MS: c_int = 20_000;

/// Makes the broker's access rules exactly these, and waits until the broker goes by them: it takes what its controller
/// has accepted a moment later. What an older topics file allowed is gone. Blocks; call it where blocking is allowed, and
/// before services start.
///
/// # Errors
/// When the broker refuses, or does not go by the rules in time.
pub fn replace_rules(admin: &ClientConfig, wanted: &BTreeSet<Rule>) -> Result<()> {
    let client: BaseProducer = admin.create()?;
    let client = client.client().native_ptr();
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        let (have, foreign) = describe(client)?;
        if foreign == 0 && have == *wanted {
            return Ok(());
        }
        if foreign > 0 || !have.is_subset(wanted) {
            delete_all(client)?;
        } else {
            create(client, wanted.difference(&have))?;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    bail!("Kafka does not go by its access rules after {} s", PATIENCE.as_secs())
}

/// A pointer of librdkafka's and what destroys it.
struct Owned<T> {
    pointer: *mut T,
    destroy: unsafe extern "C" fn(*mut T),
}

impl<T> Owned<T> {
    fn new(pointer: *mut T, destroy: unsafe extern "C" fn(*mut T), what: &str) -> Result<Self> {
        if pointer.is_null() {
            bail!("librdkafka made no {what}");
        }
        Ok(Self { pointer, destroy })
    }
}

impl<T> Drop for Owned<T> {
    fn drop(&mut self) {
        // SAFETY: the pointer is not null (`new`), came from the constructor that belongs to `destroy`, and is destroyed here only.
        unsafe { (self.destroy)(self.pointer) }
    }
}

fn create<'r>(client: *mut rd_kafka_t, rules: impl Iterator<Item = &'r Rule>) -> Result<()> {
    let bindings = rules.map(binding).collect::<Result<Vec<_>>>()?;
    let mut pointers: Vec<*mut rd_kafka_AclBinding_t> = bindings.iter().map(|binding| binding.pointer).collect();
    let event = ask(client, |queue| {
        // SAFETY: `client` and `queue` are alive; `pointers` names as many live bindings, which the call copies.
        unsafe { rd_kafka_CreateAcls(client, pointers.as_mut_ptr(), pointers.len(), ptr::null(), queue) }
    })?;
    // SAFETY: the event is alive; a wrong type gives null, which is refused below.
    let result = unsafe { rd_kafka_event_CreateAcls_result(event.pointer) };
    if result.is_null() {
        bail!("Kafka answered the access rules with something else");
    }
    let mut count = 0;
    // SAFETY: `result` lives as long as the event; the call sets `count` to the array's length.
    let answers = unsafe { rd_kafka_CreateAcls_result_acls(result, &raw mut count) };
    for index in 0..count {
        // SAFETY: `index` is below the length of the array, whose entries live as long as the event.
        let error = unsafe { rd_kafka_acl_result_error(*answers.add(index)) };
        refuse(error)?;
    }
    Ok(())
}

/// The rules that the broker goes by, and how many there are that this launcher would never make.
fn describe(client: *mut rd_kafka_t) -> Result<(BTreeSet<Rule>, usize)> {
    let filter = everything()?;
    let event = ask(client, |queue| {
        // SAFETY: `client`, `queue` and the filter are alive; the call copies the filter.
        unsafe { rd_kafka_DescribeAcls(client, filter.pointer, ptr::null(), queue) }
    })?;
    // SAFETY: the event is alive; a wrong type gives null, which is refused below.
    let result = unsafe { rd_kafka_event_DescribeAcls_result(event.pointer) };
    if result.is_null() {
        bail!("Kafka answered the question for access rules with something else");
    }
    let mut count = 0;
    // SAFETY: `result` lives as long as the event; the call sets `count` to the array's length.
    let answers = unsafe { rd_kafka_DescribeAcls_result_acls(result, &raw mut count) };
    let mut rules = BTreeSet::new();
    for index in 0..count {
        // SAFETY: `index` is below the length of the array, whose entries live as long as the event.
        rules.extend(unsafe { rule(*answers.add(index)) });
    }
    let foreign = count - rules.len();
    Ok((rules, foreign))
}

/// Reads a rule back; none where it is of another kind than [`binding`] makes.
///
/// # Safety
/// `binding` must be alive.
unsafe fn rule(binding: *const rd_kafka_AclBinding_t) -> Option<Rule> {
    // SAFETY: the caller vouches for `binding`; the texts end with NUL, belong to it and are copied here.
    let (name, principal, host) = unsafe {
        (
            CStr::from_ptr(rd_kafka_AclBinding_name(binding)).to_str().ok()?.to_owned(),
            CStr::from_ptr(rd_kafka_AclBinding_principal(binding)).to_str().ok()?.strip_prefix("User:")?.to_owned(),
            CStr::from_ptr(rd_kafka_AclBinding_host(binding)),
        )
    };
    // SAFETY: the caller vouches for `binding`; librdkafka sets unknown values to the enums' own UNKNOWN.
    let (kind, pattern, operation, permission) = unsafe {
        (
            rd_kafka_AclBinding_restype(binding),
            rd_kafka_AclBinding_resource_pattern_type(binding),
            rd_kafka_AclBinding_operation(binding),
            rd_kafka_AclBinding_permission_type(binding),
        )
    };
    let literal = pattern == Pattern::RD_KAFKA_RESOURCE_PATTERN_LITERAL;
    let allows = permission == Permission::RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW;
    if host != c"*" || !literal || !allows {
        return None;
    }
    let resource = if kind == ResourceType::RD_KAFKA_RESOURCE_TOPIC {
        Resource::Topic(name)
    } else if kind == ResourceType::RD_KAFKA_RESOURCE_GROUP {
        Resource::Group(name)
    } else {
        return None;
    };
    let operation = if operation == Op::RD_KAFKA_ACL_OPERATION_READ {
        Operation::Read
    } else if operation == Op::RD_KAFKA_ACL_OPERATION_WRITE {
        Operation::Write
    } else {
        return None;
    };
    Some(Rule { principal, operation, resource })
}

/// A filter that every rule passes.
fn everything() -> Result<Owned<rd_kafka_AclBinding_t>> {
    let mut fault = [0 as c_char; 256];
    // SAFETY: null stands for "any"; `fault` is writable for its length.
    let filter = unsafe {
        rd_kafka_AclBindingFilter_new(
            ResourceType::RD_KAFKA_RESOURCE_ANY,
            ptr::null(),
            Pattern::RD_KAFKA_RESOURCE_PATTERN_ANY,
            ptr::null(),
            ptr::null(),
            Op::RD_KAFKA_ACL_OPERATION_ANY,
            Permission::RD_KAFKA_ACL_PERMISSION_TYPE_ANY,
            fault.as_mut_ptr(),
            fault.len(),
        )
    };
    Owned::new(filter, rd_kafka_AclBinding_destroy, "filter")
}

fn delete_all(client: *mut rd_kafka_t) -> Result<()> {
    let filter = everything()?;
    let mut pointers = [filter.pointer];
    let event = ask(client, |queue| {
        // SAFETY: `client` and `queue` are alive; `pointers` names one live filter, which the call copies.
        unsafe { rd_kafka_DeleteAcls(client, pointers.as_mut_ptr(), pointers.len(), ptr::null(), queue) }
    })?;
    // SAFETY: the event is alive; a wrong type gives null, which is refused below.
    let result = unsafe { rd_kafka_event_DeleteAcls_result(event.pointer) };
    if result.is_null() {
        bail!("Kafka answered the old access rules with something else");
    }
    let mut count = 0;
    // SAFETY: `result` lives as long as the event; the call sets `count` to the array's length.
    let answers = unsafe { rd_kafka_DeleteAcls_result_responses(result, &raw mut count) };
    for index in 0..count {
        // SAFETY: `index` is below the length of the array, whose entries live as long as the event.
        let error = unsafe { rd_kafka_DeleteAcls_result_response_error(*answers.add(index)) };
        refuse(error)?;
    }
    Ok(())
}

fn binding(rule: &Rule) -> Result<Owned<rd_kafka_AclBinding_t>> {
    let (kind, name) = match &rule.resource {
        Resource::Topic(name) => (ResourceType::RD_KAFKA_RESOURCE_TOPIC, name),
        Resource::Group(name) => (ResourceType::RD_KAFKA_RESOURCE_GROUP, name),
    };
    let operation = match rule.operation {
        Operation::Read => Op::RD_KAFKA_ACL_OPERATION_READ,
        Operation::Write => Op::RD_KAFKA_ACL_OPERATION_WRITE,
    };
    let (name, host) = (CString::new(name.as_str())?, c"*");
    let principal = CString::new(format!("User:{}", rule.principal))?;
    let mut fault = [0 as c_char; 256];
    // SAFETY: the three texts end with NUL and outlive the call, which copies them; `fault` is writable for its length.
    let binding = unsafe {
        rd_kafka_AclBinding_new(
            kind,
            name.as_ptr(),
            Pattern::RD_KAFKA_RESOURCE_PATTERN_LITERAL,
            principal.as_ptr(),
            host.as_ptr(),
            operation,
            Permission::RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW,
            fault.as_mut_ptr(),
            fault.len(),
        )
    };
    Owned::new(binding, rd_kafka_AclBinding_destroy, "access rule")
}

/// Sends one admin request and waits for its answer.
fn ask(client: *mut rd_kafka_t, send: impl FnOnce(*mut rd_kafka_queue_t)) -> Result<Owned<rd_kafka_event_t>> {
    // SAFETY: `client` belongs to a producer that the caller keeps alive.
    let queue = Owned::new(unsafe { rd_kafka_queue_new(client) }, rd_kafka_queue_destroy, "queue")?;
    send(queue.pointer);
    // SAFETY: the queue is alive.
    let event = unsafe { rd_kafka_queue_poll(queue.pointer, PATIENCE_MS) };
    let event = Owned::new(event, rd_kafka_event_destroy, "answer in time")?;
    // SAFETY: the event is alive.
    if unsafe { rd_kafka_event_error(event.pointer) } != RDKafkaRespErr::RD_KAFKA_RESP_ERR_NO_ERROR {
        // SAFETY: the event is alive; its text is copied before it is destroyed.
        let why = unsafe { CStr::from_ptr(rd_kafka_event_error_string(event.pointer)) };
        bail!("Kafka did not take the access rules: {}", why.to_string_lossy());
    }
    Ok(event)
}

fn refuse(error: *const rd_kafka_error_t) -> Result<()> {
    if error.is_null() {
        return Ok(());
    }
    // SAFETY: a non-null error lives as long as the event it belongs to, which the caller holds; its text ends with NUL.
    let why = unsafe { CStr::from_ptr(rd_kafka_error_string(error)) };
    Err(anyhow::anyhow!("{}", why.to_string_lossy())).context("Kafka refused an access rule")
}
