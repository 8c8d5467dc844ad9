//! Enums whose tag stands among their fields, read without losing the place of a mistake.
//!
//! With `#[serde(tag = "…")]` serde reads the whole object into a buffer before it looks at any field; a format that knows
//! where it is (and could tell a client which field is wrong) has been left by then. Here the fields after the tag are
//! read from the format itself. A tag that comes first is therefore best; fields before it are kept aside until it comes.

use serde::{
    Deserializer, Serialize, Serializer,
    de::{
        DeserializeSeed, EnumAccess, Error, IntoDeserializer, MapAccess, VariantAccess, Visitor,
        value::MapAccessDeserializer,
    },
    forward_to_deserialize_any,
    ser::Error as _,
};
use serde_json::Value;
use std::{fmt, marker::PhantomData, vec};

/// An enum that can be read with its tag outside, `{"submit": {…}}`.
pub(crate) trait TagOutside<'de>: Sized {
    /// Reads it so.
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
}

/// Gives an enum that derives serde's traits with `remote = "Self"` the form with its tag inside.
macro_rules! tag_inside {
    ($type:ty, $tag:literal) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let outside = <$type>::serialize(self, serde_json::value::Serializer);
                $crate::tagged::write($tag, outside, serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::tagged::read($tag, deserializer)
            }
        }

        impl<'de> $crate::tagged::TagOutside<'de> for $type {
            fn read<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <$type>::deserialize(deserializer)
            }
        }
    };
}

pub(crate) use tag_inside;

/// Writes `{"<variant>": {…}}` as `{"<tag>": "<variant>", …}`.
pub(crate) fn write<S: Serializer>(
    tag: &'static str,
    outside: Result<Value, serde_json::Error>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let Value::Object(outside) = outside.map_err(S::Error::custom)? else {
        return Err(S::Error::custom("a tagged value has fields"));
    };
    match outside.into_iter().next() {
        Some((variant, Value::Object(mut fields))) => {
            fields.insert(tag.to_owned(), Value::String(variant));
            fields.serialize(serializer)
        }
        _ => Err(S::Error::custom("a tagged value has fields")),
    }
}

/// Reads `{"<tag>": "<variant>", …}`.
pub(crate) fn read<'de, T: TagOutside<'de>, D: Deserializer<'de>>(
    tag: &'static str,
    deserializer: D,
) -> Result<T, D::Error> {
    deserializer.deserialize_map(Inside {
        tag,
        value: PhantomData,
    })
}

struct Inside<T> {
    tag: &'static str,
    value: PhantomData<T>,
}

impl<'de, T: TagOutside<'de>> Visitor<'de> for Inside<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with the field `{}`", self.tag)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut rest: A) -> Result<T, A::Error> {
        let mut before = Vec::new();
        while let Some(key) = rest.next_key::<String>()? {
            if key == self.tag {
                let variant = rest.next_value()?;
                let fields = Fields {
                    before: before.into_iter(),
                    pending: None,
                    rest,
                };
                return T::read(Outside { variant, fields });
            }
            before.push((key, rest.next_value()?));
        }
        Err(A::Error::missing_field(self.tag))
    }
}

/// The variant's name, and what is left of the object.
struct Outside<A> {
    variant: String,
    fields: Fields<A>,
}

impl<'de, A: MapAccess<'de>> Deserializer<'de> for Outside<A> {
    type Error = A::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, A::Error> {
        visitor.visit_enum(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de, A: MapAccess<'de>> EnumAccess<'de> for Outside<A> {
    type Error = A::Error;
    type Variant = Fields<A>;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Fields<A>), A::Error> {
        let variant = seed.deserialize(self.variant.into_deserializer())?;
        Ok((variant, self.fields))
    }
}

/// The fields that came before the tag, then those after it.
struct Fields<A> {
    before: vec::IntoIter<(String, Value)>,
    pending: Option<Value>,
    rest: A,
}

impl<'de, A: MapAccess<'de>> VariantAccess<'de> for Fields<A> {
    type Error = A::Error;

    fn unit_variant(self) -> Result<(), A::Error> {
        Err(A::Error::custom("a tagged value has fields"))
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, A::Error> {
        seed.deserialize(MapAccessDeserializer::new(self))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _len: usize, _v: V) -> Result<V::Value, A::Error> {
        Err(A::Error::custom("a tagged value has named fields"))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        visitor.visit_map(self)
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Fields<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        match self.before.next() {
            Some((key, value)) => {
                self.pending = Some(value);
                seed.deserialize(key.into_deserializer()).map(Some)
            }
            None => self.rest.next_key_seed(seed),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        match self.pending.take() {
            Some(value) => seed.deserialize(value).map_err(A::Error::custom),
            None => self.rest.next_value_seed(seed),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{form::Resource, order::Request, personal::in_the_open};

    #[test]
    fn the_tag_may_stand_anywhere_and_what_is_not_a_field_is_refused() {
        let first = r#"{"command":"answer_finding","pointer":"/region","answer":"b"}"#;
        let last = r#"{"pointer":"/region","answer":"b","command":"answer_finding"}"#;
        let request: Request = serde_json::from_str(first).unwrap();
        assert_eq!(serde_json::from_str::<Request>(last).unwrap(), request);
        let written = in_the_open(serde_json::to_value(&request).unwrap());
        assert_eq!(
            written,
            serde_json::from_str::<serde_json::Value>(first).unwrap()
        );
        let unit = serde_json::to_value(Request::Withdraw {}).unwrap();
        assert_eq!(unit, serde_json::json!({"command": "withdraw"}));
        for bad in [
            r#"{"command":"withdraw","why":"x"}"#,
            r#"{"why":"x","command":"withdraw"}"#,
            r#"{"command":"vanish"}"#,
            r#"{"answer":"b"}"#,
            r#""withdraw""#,
            r#"{"command":"withdraw","command":"abandon"}"#,
        ] {
            assert!(serde_json::from_str::<Request>(bad).is_err(), "{bad}");
        }
        let resource: Resource =
            serde_json::from_str(r#"{"kind":"cloud_server","id":"ecs-1"}"#).unwrap();
        assert_eq!(resource.stream(), "server/ecs-1");
    }
}
