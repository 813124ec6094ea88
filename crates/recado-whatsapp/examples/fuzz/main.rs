//! Feeds the readers of webhooks with damaged ones, and says how that went:
//! `cargo run --release -p recado-whatsapp --example fuzz -- meta 1000000`.
//!
//! Needs no nightly compiler, so it does not see which code ran. What it sees is what came out: an input with a
//! result of a new shape is kept and damaged further.

mod holds;
mod mutate;
mod run;

use std::process::ExitCode;
use std::thread::ScopedJoinHandle;
use std::time::Instant;

use run::{Target, run};

const USAGE: &str = "usage: fuzz meta|twilio [executions, 100000] [seed, 1] [threads, 1]";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let target = arguments.next().and_then(|name| Target::named(&name));
    let numbers: Result<Vec<u64>, _> = arguments.map(|number| number.parse()).collect();
    let (Some(target), Ok(numbers)) = (target, numbers) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let number = |place: usize, default: u64| numbers.get(place).copied().unwrap_or(default);
    let (executions, seed, threads) = (number(0, 100_000), number(1, 1), number(2, 1).max(1));
    // What a panic says comes with the input that caused it.
    std::panic::set_hook(Box::new(|_| {}));
    let started = Instant::now();
    let results: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads)
            .map(|thread| {
                let share = executions / threads + u64::from(thread < executions % threads);
                scope.spawn(move || run(target, seed + thread, share))
            })
            .collect();
        threads.into_iter().map(ScopedJoinHandle::join).collect()
    });
    let mut shapes = 0;
    for result in results {
        match result {
            Ok(Ok(found)) => shapes = shapes.max(found),
            Ok(Err(failure)) => {
                eprintln!("{failure}");
                return ExitCode::FAILURE;
            }
            Err(_) => {
                eprintln!("the harness itself failed");
                return ExitCode::FAILURE;
            }
        }
    }
    let seconds = started.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a figure to look at")]
    let pace = executions as f64 / seconds;
    println!("{executions} executions, none failed; {seconds:.1} s, {pace:.0}/s, {shapes} shapes of results");
    ExitCode::SUCCESS
}
