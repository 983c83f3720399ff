// A picture that is only in memory: no file of it is written.

import Foundation
import ImageIO
import SwiftUI

enum MemoryPicture {
    /// The longest side in pixels that is decoded, whatever the bytes promise.
    private static let side = 1600

    /// The picture in these bytes; none if they are none.
    static func of(_ jpeg: Data) -> Image? {
        let options: [CFString: Any] = [
            kCGImageSourceCreateThumbnailFromImageAlways: true, kCGImageSourceThumbnailMaxPixelSize: side,
            kCGImageSourceCreateThumbnailWithTransform: true,
        ]
        guard let source = CGImageSourceCreateWithData(jpeg as CFData, nil),
            let image = CGImageSourceCreateThumbnailAtIndex(source, 0, options as CFDictionary)
        else { return nil }
        return Image(decorative: image, scale: 1)
    }
}
