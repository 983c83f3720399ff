// Photos of an inspection and the venue's placard: whatever the camera says, the inspection goes on.

import XunchaCore

extension InspectionModel {
    /// Takes a picture for the question on the screen.
    public func takePhoto() async {
        shown.trouble = nil
        let item = question?.item
        guard let file = got(await phone.seams.camera.picture()) else { return }
        shown.takesPhoto = true
        let (book, draft) = (phone.book, draft)
        _ = await takeIn(file) { try book.addPhoto(draft: draft, file: $0, item: item) }
        shown.takesPhoto = false
        refresh()
    }

    public func remove(_ photo: PhotoLine) {
        attempt { try phone.book.removePhoto(draft: draft, photo: photo.id) }
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
