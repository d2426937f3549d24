//! The one thread that starts processes.
//!
//! A child asks the kernel to be ended when its parent dies (`setpriv --pdeathsig`), and by "parent" the kernel means the
//! *thread* that started it. Threads of a runtime come and go; this one lives as long as the program.

use std::{
    io,
    sync::{LazyLock, mpsc},
    thread,
};

use anyhow::{Context, Result};
use process_wrap::tokio::{ChildWrapper, CommandWrap, ProcessGroup};
use tokio::{process::Command, runtime::Handle, sync::oneshot};

type Spawned = io::Result<Box<dyn ChildWrapper>>;

struct Order {
    command: Command,
    runtime: Handle,
    answer: oneshot::Sender<Spawned>,
}

static ORDERS: LazyLock<mpsc::Sender<Order>> = LazyLock::new(|| {
    let (sender, orders) = mpsc::channel::<Order>();
    thread::spawn(move || {
        for order in orders {
            let _inside = order.runtime.enter();
            let mut command = CommandWrap::from(order.command);
            let _ = order.answer.send(command.wrap(ProcessGroup::leader()).spawn());
        }
    });
    sender
});

/// Starts a command as the leader of a group of its own.
pub async fn spawn(command: Command) -> Result<Box<dyn ChildWrapper>> {
    let (answer, spawned) = oneshot::channel();
    ORDERS
        .send(Order { command, runtime: Handle::current(), answer })
        .ok()
        .context("the thread that starts processes is gone")?;
    Ok(spawned.await.context("the thread that starts processes is gone")??)
}
