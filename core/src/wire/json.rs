//! JSON from outside: parsed only if it nests no deeper than anything of ours does.

use serde::de::DeserializeOwned;

/// How deep arrays and objects may nest.
pub const MAX_DEPTH: usize = 16;

/// Why a JSON text was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// It nests deeper than [`MAX_DEPTH`].
    #[error("the JSON nests deeper than {MAX_DEPTH} levels: send the message as documented")]
    TooDeep,
    /// It is no JSON, or not of the expected shape.
    #[error("the JSON is not as expected: {0}")]
    Shape(String),
}

/// Parses `text` as a `T`. The caller bounds the length.
pub fn parse<T: DeserializeOwned>(text: &[u8]) -> Result<T, JsonError> {
    if nests_too_deep(text) {
        return Err(JsonError::TooDeep);
    }
    // serde's message quotes what it met; the cut keeps a hostile text from filling logs.
    serde_json::from_slice(text).map_err(|error| JsonError::Shape(shortened(&error.to_string())))
}

/// Counts brackets outside strings. A broken text may be counted wrong; it is then refused by the parser.
pub(super) fn nests_too_deep(text: &[u8]) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in text {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return true;
                }
            }
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

fn shortened(text: &str) -> String {
    text.chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn nested(depth: usize) -> String {
        format!("{}{}", "[".repeat(depth), "]".repeat(depth))
    }

    #[test]
    fn sixteen_levels_are_read_and_seventeen_are_not() {
        assert!(parse::<Value>(nested(16).as_bytes()).is_ok());
        assert_eq!(parse::<Value>(nested(17).as_bytes()), Err(JsonError::TooDeep));
    }

    #[test]
    fn brackets_in_strings_do_not_count() {
        let text = format!(r#"["{}\"{}", "\\"]"#, "[".repeat(50), "{".repeat(50));
        assert!(parse::<Value>(text.as_bytes()).is_ok());
        let hidden = format!("{}{}", r#"["]","#.repeat(17), "0]".repeat(17));
        assert_eq!(parse::<Value>(hidden.as_bytes()), Err(JsonError::TooDeep));
    }

    #[test]
    fn a_long_hostile_text_gives_a_short_message() {
        let text = format!("\"{}\"", "x".repeat(5_000));
        let Err(JsonError::Shape(message)) = parse::<u8>(text.as_bytes()) else { panic!("parsed") };
        assert!(message.chars().count() <= 200);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse::<Value>(&bytes);
        }

        #[test]
        fn what_is_read_never_nests_deeper(text in r#"[\[\]{}":,a1\\]{0,60}"#) {
            fn depth(value: &Value) -> usize {
                match value {
                    Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
                    Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or(0),
                    _ => 0,
                }
            }
            if let Ok(value) = parse::<Value>(text.as_bytes()) {
                prop_assert!(depth(&value) <= MAX_DEPTH);
            }
        }
    }
}
