//! How the events of an aggregate are written down.

use crate::happening::Named;

/// The events of an aggregate. An event that has changed its shape says its version behind its name (`= "1.1"`) and has a
/// step in [`crate::upcasts`]; a change of meaning is a new name. A large aggregate has its events in several enums, which are
/// stored alike: whose enum an event stands in is nothing to the ledger.
macro_rules! events {
    ($(#[$meta:meta])* pub enum $name:ident $(and { $($(#[$pdoc:meta])* $part:ident($ptype:ty)),* $(,)? })? { $($(#[$doc:meta])* $variant:ident $(= $version:literal)? { $($(#[$fdoc:meta])* $field:ident : $type:ty),* $(,)? }),* $(,)? }) => {
        $(#[$meta])*
        pub enum $name {
            $($(#[$doc])* $variant { $($(#[$fdoc])* $field: $type),* },)*
            $($($(#[$pdoc])* #[serde(untagged)] $part($ptype),)*)?
        }
        impl $name {
            /// The stored name.
            pub const fn name(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => stringify!($variant),)*
                    $($(Self::$part(event) => event.name(),)*)?
                }
            }
            /// The version it is stored in.
            pub const fn version(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $crate::events::version!($($version)?),)*
                    $($(Self::$part(event) => event.version(),)*)?
                }
            }
            const OWN: &'static [$crate::happening::Named] =
                &[$((stringify!($variant), $crate::events::version!($($version)?))),*];
            const PARTS: &'static [&'static [$crate::happening::Named]] =
                &[Self::OWN, $($(<$ptype>::NAMED),*)?];
            /// Every stored name, and the version it is stored in.
            pub const NAMED: &'static [$crate::happening::Named] =
                &$crate::events::joined::<{ $crate::events::total(Self::PARTS) }>(Self::PARTS);
        }
    };
}
macro_rules! version {
    () => {
        "1.0"
    };
    ($version:literal) => {
        $version
    };
}
pub(crate) use {events, version};

/// How many events there are in all parts.
pub(crate) const fn total(parts: &[&[Named]]) -> usize {
    let (mut total, mut part) = (0, 0);
    while part < parts.len() {
        total += parts[part].len();
        part += 1;
    }
    total
}

/// The events of all parts in one list.
pub(crate) const fn joined<const N: usize>(parts: &[&[Named]]) -> [Named; N] {
    let (mut all, mut at, mut part) = ([("", ""); N], 0, 0);
    while part < parts.len() {
        let mut event = 0;
        while event < parts[part].len() {
            all[at] = parts[part][event];
            (at, event) = (at + 1, event + 1);
        }
        part += 1;
    }
    all
}
