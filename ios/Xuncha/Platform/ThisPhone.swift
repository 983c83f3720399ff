// The platform as the screens see it, and what this phone is called.

import UIKit
import XunchaCore
import XunchaKit

extension Seams {
    @MainActor static let ofThisPhone = Seams(
        locator: LocationReader(), camera: CameraSheet(), speaker: Voice(), background: BackgroundUpload(),
        connectivity: NetworkWatch(),
        program: Program(
            version: Bundle.main.infoDictionary?["CFBundleShortVersionString"] as? String ?? "0",
            system: "iOS \(UIDevice.current.systemVersion)"))
}

/// What the station head knows this phone by: its model, as the platform tells it.
@MainActor
enum DeviceName {
    static var text: String { UIDevice.current.name }
}
