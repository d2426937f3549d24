//! Plays the stories of a test binary and clears away what they stood on.

use std::{
    future::Future,
    io::Write as _,
    pin::Pin,
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use anyhow::Result;
use libtest_mimic::{Arguments, Trial};
use tokio::sync::{Mutex, MutexGuard, OnceCell};

use crate::{
    ground::{Ground, sweep},
    street::Street,
};

/// A test. It fails by panicking.
pub type Story = fn(Arc<Kit>) -> Pin<Box<dyn Future<Output = ()>>>;

/// Lists asynchronous functions as stories, under their paths.
#[macro_export]
macro_rules! stories {
    ($($story:path),* $(,)?) => {
        &[$((stringify!($story), (|kit| ::std::boxed::Box::pin($story(kit))) as $crate::Story)),*]
    };
}

/// Stories mostly wait: for a broker, for a lease, for the next look. Many can wait at once.
const AT_ONCE: usize = 8;

/// Runs a test binary called `name`; the arguments are those of every Rust test.
#[must_use]
pub fn play(name: &str, stories: &[(&str, Story)]) -> ExitCode {
    match perform(name, stories) {
        Ok(code) => code,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn perform(name: &str, stories: &[(&str, Story)]) -> Result<ExitCode> {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(AT_ONCE);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build()?;
    let kit = Arc::new(Kit { name: name.to_owned(), ..Kit::default() });
    let trials = stories
        .iter()
        .map(|(title, story)| {
            let (kit, handle, story) = (Arc::clone(&kit), runtime.handle().clone(), *story);
            Trial::test(*title, move || {
                handle.block_on(story(kit));
                Ok(())
            })
        })
        .collect();
    // Every panic inside a story is caught by its trial: the end is reached whatever happens.
    let conclusion = libtest_mimic::run(&arguments, trials);
    runtime.block_on(kit.clear())?;
    Ok(conclusion.exit_code())
}

/// What the stories of a test binary stand on; each part is started when the first story asks for it.
#[derive(Default)]
pub struct Kit {
    name: String,
    swept: OnceCell<()>,
    steady: OnceCell<Ground>,
    shaken: OnceCell<Ground>,
    alone: Mutex<()>,
    streets: AtomicU32,
}

/// The ground that may be broken, for one story at a time; the next story finds it mended.
pub struct Shaken<'a> {
    pub ground: &'a Ground,
    _alone: MutexGuard<'a, ()>,
}

impl Kit {
    /// The ground that all stories share and none may break.
    ///
    /// # Panics
    /// Where it cannot be laid.
    pub async fn ground(&self) -> &Ground {
        lay(&self.steady, &self.name, "steady", &self.swept).await
    }

    /// A ground whose broker and database may be killed. Their data survives, as in production.
    ///
    /// # Panics
    /// Where it cannot be laid, or what an earlier story killed does not start again.
    pub async fn shaken(&self) -> Shaken<'_> {
        let alone = self.alone.lock().await;
        let ground = lay(&self.shaken, &self.name, "shaken", &self.swept).await;
        ground.mend().await;
        Shaken { ground, _alone: alone }
    }

    /// Topics that nobody else uses, on the ground that all stories share.
    ///
    /// # Panics
    /// Where the broker refuses.
    pub async fn street(&self, partitions: i32) -> Street {
        self.street_on(self.ground().await, partitions).await
    }

    /// Topics that nobody else uses.
    ///
    /// # Panics
    /// Where the broker refuses.
    pub async fn street_on(&self, ground: &Ground, partitions: i32) -> Street {
        let street = Street::named(&format!("T{}", self.streets.fetch_add(1, Ordering::Relaxed)));
        ground.bus().await.open(&street, partitions).await;
        street
    }

    async fn clear(&self) -> Result<()> {
        for ground in [&self.steady, &self.shaken].into_iter().filter_map(OnceCell::get) {
            ground.clear().await?;
        }
        Ok(())
    }
}

#[expect(clippy::panic, reason = "without its ground no story can be played")]
async fn lay<'a>(cell: &'a OnceCell<Ground>, name: &str, which: &str, swept: &OnceCell<()>) -> &'a Ground {
    let laid = cell
        .get_or_try_init(async || {
            swept.get_or_try_init(async || sweep(name).await).await?;
            Ground::lay(name, which).await
        })
        .await;
    match laid {
        Ok(ground) => ground,
        Err(error) => panic!("PostgreSQL and Kafka for these tests: {error:#}"),
    }
}
