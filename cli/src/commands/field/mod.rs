//! `xuncha field`: a phone without a screen. One process a command, as often as one likes: what a
//! command says is saved is on the disk when it says so.
//!
//! - `args`: the commands and their options. `deed`: what each comes to. `place`: a position as options.
//! - `step`: what can be done, one step at a time, by a command or by a script.
//! - `script`: a whole day from a file. `sync`: enrolling and handing over; `by_file`: handing over
//!   without a network.
//! - `ask`: what can be looked at. `text`: pages as people read them. `names`: things by name.

mod args;
mod ask;
mod by_file;
mod deed;
mod names;
mod place;
mod script;
mod step;
mod sync;
mod text;

use std::fmt::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

use xuncha_core::field::transport::HttpTransport;
use xuncha_core::field::{Clock, FieldBook, FileVault, SystemEntropy, Tools};

pub use args::{FieldArgs, FieldCommand};
pub use place::FixInput;
pub use script::Script;
pub use step::{AnswerInput, Step};

use deed::Deed;

use crate::failure::Failure;
use crate::output::Out;

/// Runs a command on the phone in a folder.
///
/// # Errors
/// [`Failure`] says why it did not do what was asked; what was saved before is safe.
pub fn run(args: FieldArgs, out: Out) -> Result<ExitCode, Failure> {
    let phone = Phone::open(&args, out)?;
    match args.command.into_deed()? {
        Deed::Step(step) => {
            let did = step::perform(&phone, *step, &mut None)?;
            out.show(&did.json, |text| text.write_str(&did.text))
        }
        Deed::Ask(question) => ask::answer(&phone, *question, out),
        Deed::Enrol(card) => sync::enrol(&phone.book, &card, out),
        Deed::Sync(how) => sync::sync(&phone.book, &how, out),
        Deed::Report => sync::report(&phone.book, out),
        Deed::Export(file) => by_file::export(&phone.book, &file.file, out),
        Deed::Take(file) => by_file::take(&phone.book, &file.file, out),
        Deed::Work(work) => script::work(&phone, &work, out),
    }
}

/// The phone in a folder.
struct Phone {
    book: FieldBook,
    clock: Arc<dyn Clock>,
}

impl Phone {
    fn open(args: &FieldArgs, out: Out) -> Result<Self, Failure> {
        let clock = args.clock.field_clock()?;
        let tools = Tools {
            vault: Arc::new(FileVault::new(&args.vault())),
            clock: Arc::clone(&clock),
            entropy: Arc::new(SystemEntropy),
            transport: Arc::new(HttpTransport::new()?),
        };
        let book = FieldBook::open(&args.dir, &tools)?;
        book.set_locale(out.locale());
        Ok(Self { book, clock })
    }
}
