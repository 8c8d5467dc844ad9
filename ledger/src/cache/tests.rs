use super::*;
use domain::order::Order;

fn stream(id: &str) -> Stream {
    Stream::new("Order", id)
}

fn version(states: &States, id: &str) -> Option<u64> {
    states.now.get(&stream(id)).map(|held| held.version)
}

fn files(names: &[&str]) -> Opened {
    Opened {
        files: names.iter().map(|&name| name.to_owned()).collect(),
        erasures: 0,
        since: Instant::now(),
    }
}

#[test]
fn what_was_opened_before_an_erasure_is_not_kept_after_it() {
    let states = States::new(Others::Never);
    let before = files(&["a"]);
    let older = files(&["a"]);
    states.forget_file("a");
    states.keep(&stream("folded"), 3, Arc::new(()), before);
    states.keep_at(stream("folded"), 2, Arc::new(()), older);
    assert_eq!(version(&states, "folded"), None);
    assert_eq!(
        states.past.get(&(stream("folded"), 2)).map(|it| it.version),
        None
    );
}

#[test]
fn what_was_decided_before_an_erasure_is_not_kept_after_it() {
    let states = States::new(Others::Never);
    let state = || -> Folded { Arc::new(()) };
    states.keep(&stream("grown"), 3, state(), files(&["a"]));
    let before = states.erasures();
    states.forget_file("b");
    states.advance(&stream("fresh"), (0, 1), state(), Some("a"), before);
    states.advance(&stream("grown"), (3, 4), state(), Some("a"), before);
    assert_eq!(
        ["fresh", "grown"].map(|id| version(&states, id)),
        [None, None]
    );
    assert!(states.past.get(&(stream("grown"), 3)).is_none());
}

#[test]
fn only_what_has_values_of_a_file_is_forgotten_with_it() {
    let states = States::new(Others::Maybe);
    let state = || -> Folded { Arc::new(()) };
    states.keep(&stream("folded"), 3, state(), files(&["a", "b"]));
    states.keep(&stream("other"), 3, state(), files(&["b"]));
    states.keep(&stream("bare"), 3, state(), files(&[]));
    states.advance(&stream("fresh"), (0, 1), state(), Some("a"), 0);
    states.keep(&stream("grown"), 3, state(), files(&["b"]));
    states.advance(&stream("grown"), (3, 4), state(), Some("a"), 0);
    states.advance(&stream("bare"), (3, 4), state(), None, 0);
    let all = |states: &States| {
        ["folded", "other", "bare", "fresh", "grown"].map(|id| version(states, id))
    };
    assert_eq!(all(&states), [3, 3, 4, 1, 4].map(Some));
    states.forget_file("a");
    assert_eq!(all(&states), [None, Some(3), Some(4), None, None]);
}

#[test]
fn beside_others_a_state_is_answered_for_half_a_minute() {
    let older = |seconds| Opened {
        since: Instant::now()
            .checked_sub(Duration::from_secs(seconds))
            .unwrap(),
        ..files(&["a"])
    };
    let kept = |others, seconds| {
        let states = States::new(others);
        states.keep(&stream("o"), 3, Arc::new(()), older(seconds));
        states.keep_at(stream("o"), 2, Arc::new(()), older(seconds));
        let past = states.past.get(&(stream("o"), 2)).is_some();
        assert_eq!(past, version(&states, "o").is_some());
        past
    };
    assert!(kept(Others::Maybe, 25) && !kept(Others::Maybe, 31));
    assert!(kept(Others::Never, 295) && !kept(Others::Never, 301));
}

#[test]
fn what_is_folded_on_is_no_younger_than_what_it_began_with() {
    let states = States::new(Others::Maybe);
    let older = Opened {
        since: Instant::now().checked_sub(Duration::from_secs(20)).unwrap(),
        ..files(&["a"])
    };
    let since = older.since;
    states.keep(&stream("hot"), 3, Arc::new(Order::default()), older);
    let (base, opened) = states.base::<Order>(&stream("hot")).unwrap();
    assert_eq!((base.version, opened.since), (3, since));
    assert!(opened.files.contains("a"));
    states.forget_file("a");
    states.keep(&stream("hot"), 4, base.state, opened);
    assert_eq!(version(&states, "hot"), None);
}

#[test]
fn a_state_whose_files_are_not_known_is_not_kept() {
    let states = States::new(Others::Maybe);
    let state = || -> Folded { Arc::new(()) };
    states.advance(&stream("gone"), (3, 4), state(), Some("a"), 0);
    assert_eq!(version(&states, "gone"), None);
    states.keep(&stream("behind"), 2, state(), files(&["b"]));
    states.advance(&stream("behind"), (3, 4), state(), Some("a"), 0);
    assert_eq!(version(&states, "behind"), None);
    states.keep(&stream("ahead"), 5, state(), files(&["b"]));
    states.advance(&stream("ahead"), (3, 4), state(), Some("a"), 0);
    assert_eq!(version(&states, "ahead"), Some(5));
}
