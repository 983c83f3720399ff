// Photos of an inspection and the venue's placard: whatever the camera says, the inspection goes on.

import XunchaCore

extension InspectionModel {
    /// Takes a picture for the question on the screen.
    public func takePhoto() async {
        shown.trouble = nil
        let item = question?.item
        switch await phone.seams.camera.picture() {
        case .taken(let file):
            shown.takesPhoto = true
            let (book, draft) = (phone.book, draft)
            _ = await attemptSlowly { try book.addPhoto(draft: draft, file: file.path, item: item) }
            shown.takesPhoto = false
            refresh()
        case .cancelled: break
        case .refused: shown.trouble = Trouble(.cameraRefused, in: phone.language)
        case .failed: shown.trouble = Trouble(.cameraFailed, in: phone.language)
        }
    }

    public func remove(_ photo: PhotoLine) {
        attempt { try phone.book.removePhoto(draft: draft, photo: photo.id) }
        refresh()
    }

    /// Scans the venue's placard, where it has one.
    public func scanPlacard() async {
        shown.trouble = nil
        switch await phone.seams.camera.code() {
        case .taken(let seen):
            let (book, draft) = (phone.book, draft)
            _ = await attemptSlowly {
                let code =
                    switch seen {
                    case .text(let text): text
                    case .picture(let file): try placardInPhoto(file: file.path)
                    }
                try book.scanPlacard(draft: draft, code: code)
            }
            refresh()
        case .cancelled: break
        case .refused: shown.trouble = Trouble(.cameraRefused, in: phone.language)
        case .failed: shown.trouble = Trouble(.cameraFailed, in: phone.language)
        }
    }
}
