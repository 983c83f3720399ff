// The app: opens the book, wakes for uploads, draws the screens.

import SwiftUI
import XunchaKit

@main
struct XunchaApp: App {
    @StateObject private var model: AppModel
    @Environment(\.scenePhase) private var phase

    init() {
        let model = AppModel(
            folders: BookPlace().folders, vault: PlatformVault(store: Keychain(), cipher: AesGcm()),
            seams: .ofThisPhone, preferences: Preferences())
        _model = StateObject(wrappedValue: model)
        BackgroundUpload.register { await model.uploadInBackground() }
    }

    var body: some Scene {
        WindowGroup {
            StartScreen(model: model)
                .onAppear { model.open() }
                .onOpenURL { model.opened($0) }
                .onChange(of: phase) { phase in
                    if phase == .active { model.appeared() }
                }
        }
    }
}
