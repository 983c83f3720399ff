// One reading of the position a tap, the best of 15 seconds. "No" and "none" are answers.

import CoreLocation
import XunchaCore
import XunchaKit

@MainActor
final class LocationReader: NSObject, Locator {
    private static let patience = Duration.seconds(15)

    private let manager = CLLocationManager()
    private var waiting: [CheckedContinuation<Located, Never>] = []
    private var readings = Readings(asked: .now)
    private var limit: Task<Void, Never>?

    override init() {
        super.init()
        manager.delegate = self
        manager.desiredAccuracy = kCLLocationAccuracyBest
    }

    func fix() async -> Located {
        await withCheckedContinuation { continuation in
            waiting.append(continuation)
            if waiting.count == 1 { begin() }
        }
    }

    func mayRead() async -> Bool {
        switch manager.authorizationStatus {
        case .authorizedWhenInUse, .authorizedAlways: true
        default: false
        }
    }

    private func begin() {
        switch manager.authorizationStatus {
        case .notDetermined: manager.requestWhenInUseAuthorization()
        case .denied, .restricted: answer(.refused)
        default: read()
        }
    }

    /// The time begins now: the person may have thought about the platform's question for longer.
    private func read() {
        readings = Readings(asked: .now)
        manager.startUpdatingLocation()
        limit?.cancel()
        limit = Task { [weak self] in
            try? await Task.sleep(for: Self.patience)
            if !Task.isCancelled { self?.answerBest() }
        }
    }

    private func answerBest() {
        answer(readings.best.map { .fix($0) } ?? .none)
    }

    private func answer(_ located: Located) {
        limit?.cancel()
        manager.stopUpdatingLocation()
        let asked = waiting
        waiting = []
        for continuation in asked { continuation.resume(returning: located) }
    }
}

extension LocationReader: @preconcurrency CLLocationManagerDelegate {
    func locationManagerDidChangeAuthorization(_ manager: CLLocationManager) {
        if !waiting.isEmpty, manager.authorizationStatus != .notDetermined { begin() }
    }

    func locationManager(_ manager: CLLocationManager, didUpdateLocations locations: [CLLocation]) {
        for location in locations where location.horizontalAccuracy >= 0 {
            let at = location.coordinate
            let fix = Fix(
                raw: RawPosition(datum: .wgs84, lat: at.latitude, lon: at.longitude),
                accuracy: location.horizontalAccuracy, provider: .fused,
                takenAt: Int64(location.timestamp.timeIntervalSince1970 * 1000),
                mock: location.sourceInformation?.isSimulatedBySoftware ?? false)
            if readings.take(fix) { return answerBest() }
        }
    }

    /// Anything but a refusal may pass within the time, as the platform goes on by itself.
    func locationManager(_ manager: CLLocationManager, didFailWithError error: any Error) {
        if (error as? CLError)?.code == .denied { answer(.refused) }
    }
}
