//! A table on a terminal, with columns that stand under each other also in Chinese.

use unicode_width::UnicodeWidthStr as _;

/// Lays rows out: each column as wide as its widest cell, two blanks between.
#[must_use]
pub fn laid_out(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max().unwrap_or(0)
    };
    let widths: Vec<_> = (0..columns).map(width).collect();
    let mut table = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(cell);
            line.push_str(&" ".repeat(width - cell.width() + 2));
        }
        table.push_str(line.trim_end());
        table.push('\n');
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_and_latin_cells_stand_under_each_other() {
        let rows = [vec!["蓝鲸".to_owned(), "x".to_owned()], vec!["abc".to_owned(), "y".to_owned()], vec![]];
        assert_eq!(laid_out(&rows), "蓝鲸  x\nabc   y\n\n");
    }
}
