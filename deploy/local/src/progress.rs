//! What the launcher is doing, for the person who waits: a spinner per step on a terminal, plain lines elsewhere.

use std::{
    io::{IsTerminal, Write},
    time::{Duration, Instant},
};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

/// Where progress is shown; cheap to clone.
#[derive(Clone, Debug)]
pub struct Progress(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Spinners(MultiProgress),
    Lines,
    Silent,
}

impl Progress {
    /// Spinners on a terminal, lines elsewhere.
    #[must_use]
    pub fn for_person() -> Self {
        if std::io::stderr().is_terminal() { Self(Kind::Spinners(MultiProgress::new())) } else { Self(Kind::Lines) }
    }

    /// Nothing: tests.
    #[must_use]
    pub fn silent() -> Self {
        Self(Kind::Silent)
    }

    /// Says one sentence.
    pub fn say(&self, line: &str) {
        match &self.0 {
            Kind::Spinners(all) => {
                let _ = all.println(line);
            }
            Kind::Lines => print(line),
            Kind::Silent => {}
        }
    }

    /// Begins a step that takes a while.
    #[must_use]
    pub fn begin(&self, what: &str) -> Step {
        let bar = match &self.0 {
            Kind::Spinners(all) => {
                let bar = all.add(ProgressBar::new_spinner());
                bar.set_style(spinner());
                bar.set_message(what.to_owned());
                bar.enable_steady_tick(Duration::from_millis(120));
                Some(bar)
            }
            Kind::Lines => {
                print(&format!("  …  {what}"));
                None
            }
            Kind::Silent => None,
        };
        Step { what: what.to_owned(), since: Instant::now(), bar, shown: self.clone(), ended: false }
    }
}

/// One step; a step that is dropped without [`Step::done`] is shown as failed.
#[derive(Debug)]
pub struct Step {
    what: String,
    since: Instant,
    bar: Option<ProgressBar>,
    shown: Progress,
    ended: bool,
}

impl Step {
    /// Says what the step is at.
    pub fn tell(&self, detail: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(format!("{}: {detail}", self.what));
        }
    }

    /// Ends the step well.
    pub fn done(mut self, result: &str) {
        self.end("✔", result);
    }

    fn end(&mut self, mark: &str, result: &str) {
        self.ended = true;
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        let colon = if result.is_empty() { "" } else { ": " };
        self.shown.say(&format!(
            "  {mark}  {}{colon}{result} ({:.1} s)",
            self.what,
            self.since.elapsed().as_secs_f32()
        ));
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        if !self.ended {
            self.end("✘", "");
        }
    }
}

fn spinner() -> ProgressStyle {
    ProgressStyle::with_template("  {spinner}  {msg} ({elapsed})").unwrap_or_else(|_| ProgressStyle::default_spinner())
}

fn print(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}
