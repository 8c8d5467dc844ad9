//! What an office says of itself in numbers.

/// Whether an office says of every read model and every worker that nothing is left. A worker that has not looked yet says only whether it is
/// stuck.
pub(super) fn is_at_the_head(numbers: &str) -> bool {
    let named = |name: &'static str| numbers.lines().filter(move |line| line.starts_with(name));
    let (models, workers) = (named("beian_projection_lag{"), named("beian_worker_lag{"));
    let all_look = named("beian_worker_stuck{").count() == workers.clone().count();
    let mut lags = models.chain(workers).peekable();
    all_look && lags.peek().is_some() && lags.all(|line| line.ends_with(" 0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_office_is_at_the_head_when_all_say_so() {
        let says = |model, worker| {
            format!(
                "beian_projection_lag{{projection=\"deadlines\"}} {model}\nbeian_worker_stuck{{worker=\"sms\"}} 0\n{worker}"
            )
        };
        let worker = |lag| format!("beian_worker_lag{{worker=\"sms\"}} {lag}\n");
        assert!(is_at_the_head(&says(0, worker(0))));
        assert!(!is_at_the_head(&says(10, worker(0))));
        assert!(!is_at_the_head(&says(0, worker(10))));
        // It has not looked yet.
        assert!(!is_at_the_head(&says(0, String::new())));
        assert!(!is_at_the_head(""));
    }
}
