// Where the book lies: on this phone only, in no backup, readable once the phone was unlocked after a start.

import Foundation

struct BookPlace {
    let folder: URL

    init() {
        let support = URL.applicationSupportDirectory
        var folder = support.appendingPathComponent("book", isDirectory: true)
        try? FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true,
            attributes: [.protectionKey: FileProtectionType.completeUntilFirstUserAuthentication])
        var values = URLResourceValues()
        values.isExcludedFromBackup = true
        try? folder.setResourceValues(values)
        self.folder = folder
    }
}
