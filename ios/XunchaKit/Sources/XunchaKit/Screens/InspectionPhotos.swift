// Photos of an inspection: whatever the camera says, the inspection goes on.

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
}
