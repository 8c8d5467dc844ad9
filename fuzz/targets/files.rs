#![no_main]

use std::panic::{set_hook, take_hook};
use torture::campaigns::fuzz::files;

libfuzzer_sys::fuzz_target!(
    init: {
        // libFuzzer's hook ends the process at any panic, before anybody can catch it.
        let end = take_hook();
        set_hook(Box::new(move |what| {
            if !files::may_stumble() {
                end(what);
            }
        }));
    },
    |bytes: &[u8]| files::read(bytes)
);
