// Pictures on their way from the camera into the book, for seconds on an old phone. One that the book could not take
// in, or whose app was killed meanwhile, lies there still, and is taken in when its inspection is gone on with.

import Foundation
import XunchaCore

/// Where pictures lie until the book has them, each under a name of its own. The way to it says what it is of: draft and
/// question.
@MainActor
final class TakenPhotos {
    /// A picture that the book does not have yet.
    struct Left {
        let file: URL
        let item: ItemId
    }

    private let folder: URL
    private let book: FieldBook
    private let turn = Turn()

    init(of book: FieldBook, in folder: URL) {
        self.folder = folder
        self.book = book
        for draft in names(in: folder) {
            do {
                _ = try book.draft(draft: draft)
            } catch let error as BookError where error.code == .notFound {
                // It was finished or given up: nobody waits for them.
                forget(draft)
            } catch {
                // What cannot be read now may be later.
            }
        }
    }

    /// Where the camera's next picture for a question goes.
    func place(for item: ItemId, of draft: DraftId) -> URL {
        folder(of: draft).appendingPathComponent(item).appendingPathComponent("\(UUID().uuidString).jpg")
    }

    /// Gives a picture to the book, off the main thread. It stays here as long as the book may take it in another time.
    func give(_ file: URL, for item: ItemId, of draft: DraftId) async throws {
        try await turn.take {
            do {
                try begin(giving: file, of: draft)
                let book = book
                try await Task.detached { try _ = book.addPhoto(draft: draft, file: file.path, item: item) }
                    .value
                remove(file)
            } catch {
                if (error as? BookError)?.code.isFinalForPhoto == true { remove(file) }
                end(of: draft)
                throw error
            }
            end(of: draft)
        }
    }

    /// What is left of a draft's pictures, in the order in which they were taken.
    func left(of page: DraftPage) -> [Left] {
        if !turn.isTaken { endGiving(of: page) }
        return names(in: folder(of: page.draft)).flatMap { item in
            let folder = folder(of: page.draft).appendingPathComponent(item)
            return names(in: folder).filter { $0.hasSuffix(".jpg") }.map {
                Left(file: folder.appendingPathComponent($0), item: item)
            }
        }
        .sorted { taken($0.file) < taken($1.file) }
    }

    /// The draft was finished or given up.
    func forget(_ draft: DraftId) { remove(folder(of: draft)) }

    // MARK: killed in the middle

    /// Which picture the book gets just now, and which photos the draft had before: what a next process needs to know
    /// whether it got it.
    private struct Giving: Codable {
        let file: String
        let before: [PhotoId]
    }

    /// Without room for the note it goes without: after a kill the photo may be there twice then, which is better than
    /// never.
    func begin(giving file: URL, of draft: DraftId) throws {
        let page = try book.draft(draft: draft)
        endGiving(of: page)
        let giving = Giving(file: file.lastPathComponent, before: page.photos.map(\.id))
        try? JSONEncoder().encode(giving).write(to: note(of: draft), options: .atomic)
    }

    private func end(of draft: DraftId) { remove(note(of: draft)) }

    /// A process before this one was killed in the middle. A photo that came since is the picture it was giving: there is
    /// one at a time.
    private func endGiving(of page: DraftPage) {
        guard let data = try? Data(contentsOf: note(of: page.draft)),
            let giving = try? JSONDecoder().decode(Giving.self, from: data)
        else { return }
        let isTakenIn = page.photos.contains { !giving.before.contains($0.id) }
        for item in names(in: folder(of: page.draft)) where isTakenIn {
            remove(folder(of: page.draft).appendingPathComponent(item).appendingPathComponent(giving.file))
        }
        end(of: page.draft)
    }

    // MARK: files

    private func folder(of draft: DraftId) -> URL { folder.appendingPathComponent(draft) }

    private func note(of draft: DraftId) -> URL { folder(of: draft).appendingPathComponent("giving.json") }

    private func taken(_ file: URL) -> Date {
        let values = try? file.resourceValues(forKeys: [.contentModificationDateKey])
        return values?.contentModificationDate ?? .distantPast
    }

    private func names(in folder: URL) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    }

    private func remove(_ file: URL) { try? FileManager.default.removeItem(at: file) }
}

extension FieldErrorCode {
    /// Whether the book will never take the picture in, whenever it is asked.
    fileprivate var isFinalForPhoto: Bool {
        switch self {
        case .notAPicture, .pictureCut, .pictureTooLarge, .tooMany, .notFound: true
        default: false
        }
    }
}
