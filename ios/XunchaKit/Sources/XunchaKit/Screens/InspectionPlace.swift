// Where an inspection is made: the position, read once, and the venue's placard. Without either it is as good.

import XunchaCore

extension InspectionModel {
    /// The screen is there: what a killed app left is taken in, and where the inspection has just begun without a
    /// position, it is read.
    public func appeared() async {
        refresh()
        await keepLeftPhotos()
        if shown.page?.readsPosition == true, shown.near.located == nil { await locate() }
    }

    /// Reads the position. Nobody waits for it.
    public func locate() async {
        guard !shown.near.isLocating else { return }
        shown.near.isLocating = true
        shown.near = Near(located: await phone.seams.locator.fix())
        // An inspection that was finished or given up meanwhile needs it no more.
        guard !isOver, let fix = shown.near.fix else { return }
        attempt { try phone.book.setFix(draft: draft, fix: fix) }
        refresh()
    }

    /// Scans the venue's placard, where it has one.
    public func scanPlacard() async {
        shown.trouble = nil
        let (book, draft) = (phone.book, draft)
        switch got(await phone.seams.camera.code()) {
        case .text(let code): attempt { try book.scanPlacard(draft: draft, code: code) }
        case .picture(let file):
            shown.takesPhoto = true
            _ = await takeIn(file) { try book.scanPlacard(draft: draft, code: placardInPhoto(file: $0)) }
            shown.takesPhoto = false
        case nil: return
        }
        refresh()
    }
}
