// Photos of an inspection: whatever the camera says, the inspection goes on.

import Foundation
import XunchaCore

extension InspectionModel {
    /// What is asked after an answer that wants a photo: shown and read aloud in the same words.
    public var photoQuestion: String { phone.language.pick("要不要拍一张照片？", "Take a photo of it?") }

    /// Takes a picture for the question on the screen.
    public func takePhoto() async {
        guard isSettled else { return }
        shown.trouble = nil
        shown.reallyRemove = nil
        guard let item = shown.step.item?.item else { return }
        let place = phone.takenPhotos.place(for: item, of: draft)
        guard let file = got(await phone.seams.camera.picture(at: place)) else { return }
        await keep(file, for: item)
    }

    /// Takes in what the book does not have yet: the app was killed meanwhile, or there was no room.
    public func keepLeftPhotos() async {
        guard !shown.takesPhoto, let page = shown.page else { return }
        for left in phone.takenPhotos.left(of: page) where !isOver {
            shown.trouble = nil
            await keep(left.file, for: left.item)
        }
    }

    private func keep(_ file: URL, for item: ItemId) async {
        shown.takesPhoto = true
        do {
            try await phone.takenPhotos.give(file, for: item, of: draft)
        } catch {
            shown.trouble = Trouble(error, in: phone.language)
        }
        shown.takesPhoto = false
        refresh()
        shown.photosLeft = shown.page.map { phone.takenPhotos.left(of: $0).count } ?? 0
    }

    /// The picture itself, as long as it is on this phone.
    public func look(at photo: PhotoLine) async -> URL? {
        let book = phone.book
        return await attemptSlowly { try URL(fileURLWithPath: book.photo(photo: photo.id)) }
    }

    /// Takes a photo out, at the second tap: what it shows is nowhere else.
    public func remove(_ photo: PhotoLine) {
        guard shown.reallyRemove == photo.id else {
            settle()
            return shown.reallyRemove = photo.id
        }
        guard isSettled else { return }
        shown.reallyRemove = nil
        attempt { try phone.book.removePhoto(draft: draft, photo: photo.id) }
        refresh()
    }
}
