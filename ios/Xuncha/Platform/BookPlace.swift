// Where the book lies, and pictures that it does not have yet: on this phone only, in no backup, readable once the phone
// was unlocked after a start.

import Foundation
import XunchaKit

struct BookPlace {
    let folders = Folders(book: Self.folder("book"), taken: Self.folder("taken-photos"))

    private static func folder(_ name: String) -> URL {
        var folder = URL.applicationSupportDirectory.appendingPathComponent(name, isDirectory: true)
        try? FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true,
            attributes: [.protectionKey: FileProtectionType.completeUntilFirstUserAuthentication])
        var values = URLResourceValues()
        values.isExcludedFromBackup = true
        try? folder.setResourceValues(values)
        return folder
    }
}
