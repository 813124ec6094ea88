//! A short run of the fuzzer in `examples/fuzz`, so that it keeps working and finds what is easy to find.

#[cfg(test)]
#[path = "../examples/fuzz/holds.rs"]
mod holds;
#[cfg(test)]
#[path = "../examples/fuzz/mutate.rs"]
mod mutate;
#[cfg(test)]
#[path = "../examples/fuzz/run.rs"]
mod run;

#[cfg(test)]
mod tests {
    use crate::run::{Target, run};

    #[test]
    fn no_damaged_webhook_breaks_a_reader() {
        for (name, kinds) in [("meta", 100), ("twilio", 20)] {
            let target = Target::named(name).unwrap();
            let shapes = run(target, 7, 20_000).unwrap_or_else(|failure| panic!("{name}: {failure}"));
            assert!(shapes > kinds, "{name}: only {shapes} kinds of results");
        }
    }
}
