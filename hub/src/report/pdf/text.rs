//! How wide texts are, and where their lines break: between any two Chinese characters but not before closing
//! nor after opening marks; Latin words and numbers stay whole where they can.

/// Widths of Times-Roman from the space to the tilde, thousandths of the size (Adobe's metrics of the 14
/// standard fonts).
const TIMES: [u16; 95] = [
    250, 333, 408, 500, 500, 833, 778, 180, 333, 333, 500, 564, 250, 333, 250, 278, 500, 500, 500, 500, 500,
    500, 500, 500, 500, 500, 278, 278, 564, 564, 564, 444, 921, 722, 667, 667, 722, 611, 556, 722, 722, 333,
    389, 722, 611, 889, 722, 722, 556, 722, 667, 556, 611, 722, 722, 944, 722, 722, 611, 333, 278, 333, 469,
    500, 333, 444, 500, 444, 500, 444, 333, 500, 500, 278, 278, 500, 278, 778, 500, 500, 500, 500, 333, 389,
    278, 500, 500, 722, 500, 500, 444, 480, 200, 480, 541,
];

/// Marks that begin no line.
const CLOSING: &str = "，。、；：？！）”’》」』】〉…";
/// Marks that end no line.
const OPENING: &str = "（“‘《「『【〈";

/// Whether a character stands in the Latin font.
pub(super) fn is_latin(c: char) -> bool {
    (' '..='~').contains(&c)
}

/// The width of a character, in parts of the size.
fn advance(c: char) -> f32 {
    match c {
        ' '..='~' => f32::from(TIMES[c as usize - 32]) / 1000.0,
        // As the collection has them: all others are drawn a square wide.
        _ => 1.0,
    }
}

/// How wide a text is at a size.
pub(super) fn width(text: &str, size: f32) -> f32 {
    text.chars().map(advance).sum::<f32>() * size
}

/// What stays together: a word, or a Chinese character with the marks that cling to it.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    for c in text.chars() {
        let clings = pieces.last().and_then(|piece| piece.chars().next_back()).is_some_and(|before| {
            CLOSING.contains(c)
                || OPENING.contains(before)
                || (is_latin(before) && is_latin(c) && before != ' ')
        });
        match pieces.last_mut().filter(|_| clings) {
            Some(piece) => piece.push(c),
            None => pieces.push(c.to_string()),
        }
    }
    pieces
}

/// The lines of a text at a size within a width; at least one, perhaps empty.
pub(super) fn lines(text: &str, size: f32, room: f32) -> Vec<String> {
    let mut lines = vec![String::new()];
    for paragraph in text.split('\n') {
        if lines.last().is_some_and(|line| !line.is_empty()) {
            lines.push(String::new());
        }
        for piece in pieces(paragraph) {
            let full = |line: &str, more: &str| width(line, size) + width(more.trim_end(), size) > room;
            // A word that is longer than a line is broken anywhere.
            let parts =
                if full("", &piece) { piece.chars().map(String::from).collect() } else { vec![piece] };
            for part in parts {
                match lines.last_mut() {
                    Some(line) if line.is_empty() || !full(line, &part) => line.push_str(&part),
                    _ => lines.push(part.trim_start().to_owned()),
                }
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_do_not_begin_with_closing_marks_nor_end_with_opening_ones() {
        let lines = lines("看、劝、记、报，“发现”（上报）", 10.0, 35.0);
        assert!(lines.len() > 3, "{lines:?}");
        for line in &lines {
            assert!(!CLOSING.contains(line.chars().next().unwrap()), "{lines:?}");
            assert!(!OPENING.contains(line.chars().next_back().unwrap()), "{lines:?}");
        }
    }

    #[test]
    fn a_number_stays_whole_and_an_endless_word_is_broken() {
        assert_eq!(lines("约 2026 人", 10.0, 35.0), ["约 2026 ", "人"]);
        assert_eq!(lines("WWWW", 10.0, 20.0), ["WW", "WW"]);
    }

    proptest! {
        #[test]
        fn no_character_is_lost_and_no_line_is_too_wide(text in "[ 一-龥a-z0-9，。（“]{0,60}", room in 40_u16..300) {
            let lines = lines(&text, 10.0, f32::from(room));
            let bare = |text: &str| text.replace(' ', "");
            prop_assert_eq!(bare(&lines.concat()), bare(&text));
            for line in lines {
                let clinging = line.chars().filter(|c| CLOSING.contains(*c) || OPENING.contains(*c)).count();
                prop_assert!(clinging > 0 || width(line.trim_end(), 10.0) <= f32::from(room) + 0.01, "{}", line);
            }
        }
    }
}
