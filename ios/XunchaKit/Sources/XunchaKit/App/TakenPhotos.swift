// Pictures on their way from the camera into the book, for seconds on an old phone. One whose app was killed meanwhile
// lies there still, and is taken in when its inspection is gone on with.

import Foundation
import XunchaCore

/// Where pictures lie until the book has them. The way to each says what it is of: draft, question, and how many photos
/// the draft had before.
@MainActor
final class TakenPhotos {
    /// A picture that an app before this one did not get to take in.
    struct Left {
        let file: URL
        let item: ItemId
    }

    private let folder: URL
    /// Whose pictures lay there when the app started: what comes later is taken in by whoever asked the camera.
    private var drafts: Set<DraftId> = []

    init(of book: FieldBook, in temporary: URL) {
        folder = temporary.appendingPathComponent("taken-photos")
        for draft in names(in: folder) {
            do {
                _ = try book.draft(draft: draft)
                drafts.insert(draft)
            } catch let error as BookError where error.code == .notFound {
                // It was finished or given up: nobody waits for them.
                try? FileManager.default.removeItem(at: folder.appendingPathComponent(draft))
            } catch {
                // What cannot be read now may be later.
                drafts.insert(draft)
            }
        }
    }

    /// Where the camera's next picture for a question goes.
    func place(for item: ItemId, of page: DraftPage) -> URL {
        let folder = folder.appendingPathComponent(page.draft).appendingPathComponent(item)
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder.appendingPathComponent("\(page.photos.count).jpg")
    }

    /// What is left of a draft's pictures, given once. One that the book got before the app was killed is none.
    func left(of page: DraftPage) -> [Left] {
        guard drafts.remove(page.draft) != nil else { return [] }
        let folder = folder.appendingPathComponent(page.draft)
        return names(in: folder).flatMap { item in
            names(in: folder.appendingPathComponent(item)).compactMap { name -> Left? in
                let file = folder.appendingPathComponent(item).appendingPathComponent(name)
                if name == "\(page.photos.count).jpg" { return Left(file: file, item: item) }
                try? FileManager.default.removeItem(at: file)
                return nil
            }
        }
    }

    private func names(in folder: URL) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    }
}
