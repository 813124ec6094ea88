import { expect, it } from "vitest";
import { readPlace } from "./places";

it.each([
  ["52.52, 13.405", 52.52, 13.405],
  ["-22.98312 -43.22345", -22.98312, -43.22345],
  ["52;13", 52, 13],
  ["geo:52.5,13.4?q=52.5,13.4(Shop)", 52.5, 13.4],
  ["https://www.openstreetmap.org/?mlat=52.5&mlon=13.4#map=16/1/2", 52.5, 13.4],
  ["https://www.openstreetmap.org/#map=16/52.5/13.4", 52.5, 13.4],
  ["https://www.google.com/maps/place/X/@1.5,2.5,17z/data=!3m1!8m2!3d52.5!4d13.4", 52.5, 13.4],
  ["https://www.google.com/maps/@52.5,13.4,17z", 52.5, 13.4],
  ["https://maps.google.com/?q=52.5,13.4", 52.5, 13.4],
])("%s", (text, latitude, longitude) => {
  expect(readPlace(text)).toEqual({ latitude, longitude });
});

it.each(["", "Leblon", "91, 0", "0, 181", "52.52", "1,2,3"])("no place: %s", (text) => {
  expect(readPlace(text)).toBeNull();
});
