//! Import of what a station works with: stations, members, venues, schools, from CSV, Excel
//! workbooks or GeoJSON.
//!
//! A file is read into rows of text, rows are read against what is on file into a plan, and only a
//! plan is carried out. The plan is the dry run: it names each row as new, changed, unchanged or bad,
//! and each bad cell with its column, its value and why. It is pure: what is on file, ids and files
//! come in from outside.
//!
//! # Layout
//! - `column`: the columns and the headers they go by, English and Chinese alike.
//! - `sheet`: a file as rows of cells, each with its place in the file. `encoding`: text as text.
//!   `workbook`: an Excel file, cell by cell.
//! - `cell`: reading one cell. `reason`: why a cell is refused.
//! - `entry`: each kind of thing as a row, and a row as the thing.
//! - `on_file`: what there is. `plan`: rows against that. `outcome`: what becomes of each. `report`: a plan as a table. `apply`: carrying it out.
//! - `job`: files from the first look to the plan that is carried out, made under the locks of what it writes to.
//! - `upload`: a file that waits for its plan to be looked at.
//! - `statutory`, `checklist`: what a city sets for all its stations, from files of other forms.
//!
//! # Which row is which thing
//! A row with an `id`, as exports write it, means the thing of that id. Else a row with a `code`, such
//! as a licence number, means the thing of that code in its station. Else it means the thing of the
//! same name in the same station (and, for a venue, of the same kind) that has no other code; if two
//! have that name, the row is bad and asks for an id. So a list can be imported again and again, and
//! only renaming needs an id or a code. New things get new ids.
//!
//! A new thing whose name is written but a little differently from another's is new, and told of with the other (`alike`).
//!
//! A row that by code or name means the double of a venue or school means that one, which keeps its own name and
//! code. One that would change what moved to another station is bad, and so is one with the id of a double.
//!
//! A column that the file does not have leaves what is on file; an empty cell of a column that it has
//! clears it, a venue's first day apart. Nothing is ever deleted by an import: a venue is closed by its
//! `closed_on`, a member leaves by `active`. A new venue without a first day begins with the day of the import.

mod alike;
mod apply;
mod cell;
pub mod checklist;
mod column;
mod encoding;
mod entry;
mod job;
mod on_file;
mod outcome;
mod plan;
mod reason;
mod report;
mod sheet;
pub mod statutory;
pub mod upload;
mod workbook;

pub use alike::Alike;
pub use apply::apply;
pub(crate) use cell::WITHIN;
pub use cell::{BadCell, datum};
pub use column::Column;
pub use encoding::Encoding;
pub use entry::{Entry, Filed, Key, Kind};
pub use job::{Job, Planned};
pub use on_file::{OnFile, Upserts, on_file};
pub use outcome::{FieldChange, Heading, ImportPlan, Outcome, PlannedRow, counts};
pub use plan::{Reach, Settings, plan};
pub use reason::Reason;
pub use report::{begins, report};
pub use sheet::{BadSheet, Format, Sheet};

#[cfg(test)]
mod tests;
