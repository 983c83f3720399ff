// The position is the person's: who does not want it read is not asked for it either.

import XunchaCore

/// Reads the position for those alone who agreed to that.
struct WantedLocator: Locator {
    private let platform: any Locator
    private let preferences: Preferences

    init(_ platform: any Locator, for preferences: Preferences) {
        self.platform = platform
        self.preferences = preferences
    }

    func fix() async -> Located {
        guard await preferences.usesPosition else { return .unwanted }
        return await platform.fix()
    }

    func mayRead() async -> Bool {
        guard await preferences.usesPosition else { return false }
        return await platform.mayRead()
    }
}
