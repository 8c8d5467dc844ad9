#![no_main]

libfuzzer_sys::fuzz_target!(
    init: torture::campaigns::fuzz::prepare(),
    |bytes: &[u8]| torture::campaigns::fuzz::documents::read(bytes)
);
