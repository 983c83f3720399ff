// Wakes the app for an upload while nobody looks at it.

import BackgroundTasks
import UIKit
import XunchaKit

struct BackgroundUpload: Background {
    /// Minutes, mostly at night on the charger. The names are the same as in Info.plist.
    private static let upload = "org.xuncha.app.upload"
    /// Half a minute, in the day: enough for records, and for the photos of a good line.
    private static let refresh = "org.xuncha.app.refresh"

    /// Called once, before the app has finished starting.
    static func register(_ work: @escaping @Sendable () async -> Bool) {
        for name in [upload, refresh] {
            BGTaskScheduler.shared.register(forTaskWithIdentifier: name, using: nil) { task in
                let done = Completion(task: task)
                let run = Task { done.set(success: await work()) }
                task.expirationHandler = { run.cancel() }
            }
        }
    }

    func wake(at earliest: Date) {
        let upload = BGProcessingTaskRequest(identifier: Self.upload)
        upload.requiresNetworkConnectivity = true
        for request in [upload, BGAppRefreshTaskRequest(identifier: Self.refresh)] {
            request.earliestBeginDate = earliest
            // Refused where the person switched background refresh off: then it goes on when the app is opened.
            try? BGTaskScheduler.shared.submit(request)
        }
    }

    func sleep() {
        for name in [Self.upload, Self.refresh] {
            BGTaskScheduler.shared.cancel(taskRequestWithIdentifier: name)
        }
    }

    @MainActor
    func stayAwake(_ over: @escaping @MainActor @Sendable () -> Void) -> @MainActor () -> Void {
        let stay = Stay(over)
        return { stay.end() }
    }
}

/// The platform's leave to go on for a while; it is given back once, by whoever is first.
@MainActor
private final class Stay {
    private var id = UIBackgroundTaskIdentifier.invalid

    init(_ over: @escaping @MainActor @Sendable () -> Void) {
        id = UIApplication.shared.beginBackgroundTask(withName: "upload") {
            // On the main thread. Who does not give it back now is ended.
            MainActor.assumeIsolated {
                over()
                self.end()
            }
        }
    }

    func end() {
        guard id != .invalid else { return }
        UIApplication.shared.endBackgroundTask(id)
        id = .invalid
    }
}

/// The platform's task may be told of its end from any thread.
private struct Completion: @unchecked Sendable {
    let task: BGTask

    func set(success: Bool) {
        task.setTaskCompleted(success: success)
    }
}
