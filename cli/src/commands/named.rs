//! What is meant by a name on the command line.

use crate::failure::Failure;

/// The only one of what was found under a name.
///
/// # Errors
/// `none` if nothing was, `several` of how many if more was.
pub(super) fn only<T>(
    mut found: impl Iterator<Item = T>,
    none: impl FnOnce() -> String,
    several: impl FnOnce(usize) -> String,
) -> Result<T, Failure> {
    match (found.next(), found.count()) {
        (Some(only), 0) => Ok(only),
        (Some(_), others) => Err(Failure::coded("ambiguous", several(others + 1))),
        (None, _) => Err(Failure::coded("not_found", none())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_meant_and_none_or_several_are_told_apart() {
        let of = |found: &[u8]| only(found.iter(), || "none".to_owned(), |n| format!("{n}")).copied();
        assert_eq!(of(&[7]).unwrap(), 7);
        for (found, code, message) in [(&[][..], "not_found", "none"), (&[7, 8, 9], "ambiguous", "3")] {
            let failure = of(found).unwrap_err();
            assert_eq!((failure.code(), failure.to_string().as_str()), (code, message));
        }
    }
}
