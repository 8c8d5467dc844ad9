#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| torture::campaigns::fuzz::headers::read(bytes));
