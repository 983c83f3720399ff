// A photo that is still on this phone.

import SwiftUI

struct PhotoView: View {
    let file: URL

    var body: some View {
        AsyncImage(url: file) { image in
            image.resizable().scaledToFit()
        } placeholder: {
            ProgressView()
        }
    }
}
