// A QR as the core made it: always dark on white, for the other phone's camera.

import SwiftUI
import XunchaCore

struct QrPicture: View {
    let qr: QrCode

    var body: some View {
        Squares(qr: qr)
            .fill(Color.black)
            .padding(16)
            .background(Color.white)
            .aspectRatio(1, contentMode: .fit)
            .frame(maxWidth: 420)
            .accessibilityElement()
            .accessibilityLabel(Text("回执的二维码"))
    }
}

private struct Squares: Shape {
    let qr: QrCode

    func path(in rect: CGRect) -> Path {
        let size = Int(qr.size)
        let side = min(rect.width, rect.height) / CGFloat(size)
        var path = Path()
        for (at, isDark) in qr.dark.enumerated() where isDark {
            let (row, column) = (CGFloat(at / size), CGFloat(at % size))
            path.addRect(
                CGRect(x: rect.minX + column * side, y: rect.minY + row * side, width: side, height: side))
        }
        return path
    }
}
